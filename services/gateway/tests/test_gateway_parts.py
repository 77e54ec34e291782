"""The routing's small parts, each for itself."""

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygge_core.app import request_id_of
from hygge_core.errors import BadRequest, TooLarge, Unavailable
from hygge_core.settings import SettingsError
from hygge_gateway.routing.body import Body, ClientGone, Pace, check_length
from hygge_gateway.routing.breakers import Breakers
from hygge_gateway.routing.headers import to_client, to_service
from hygge_gateway.routing.requests import method_label
from hygge_gateway.routing.routes import UNMATCHED, route_of
from hygge_gateway.routing.table import service_of
from hygge_gateway.settings import Settings
from hygge_gateway.users import passwords


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/v1/grids", "topology"),
        ("/api/v1/grids/7", "topology"),
        ("/api/v1/grids/7/topology", "topology"),
        ("/api/v1/grids/7/assignments", "profiles"),
        ("/api/v1/grids/7/assignments/", "profiles"),
        ("/api/v1/grids/assignments", "topology"),
        ("/api/v1/assignments/3", "profiles"),
        ("/api/v1/profiles/upload", "profiles"),
        ("/api/v1/bundles", "profiles"),
        ("/api/v1/runs/1/events", "engine"),
        ("/api/v1/sweeps", "engine"),
        ("/api/v1/results/compare", "results"),
        ("/api/v1/priority-lists", "topology"),
        ("/api/v1/users", None),
        ("/api/v1/auth/login", None),
        ("/api/v1/grids/../users", None),
        ("/api/v1/./grids", None),
        ("/api/v1", None),
        ("/grids", None),
        ("/api/v1/grids/x..y", "topology"),
    ],
)
def test_service_of_a_path(path: str, service: str | None) -> None:
    assert service_of(path) == service


def test_labels_have_few_values() -> None:
    assert route_of("/api/v1/grids/7/topology") == "/api/v1/grids/{grid_id}/topology"
    assert route_of("/api/v1/results/compare") == "/api/v1/results/compare"
    for invented in ("/api/v1/grids/7/nonsense", "/api/v1/grids//7/x", "/api/v1/grids/7/nodes/8", "/api/v1", "/", ""):
        assert route_of(invented) == UNMATCHED
    assert [method_label(method) for method in ("GET", "EVIL7")] == ["GET", "_OTHER"]


def scope(headers: dict[str, str], **more: Any) -> dict[str, Any]:
    raw = [(key.lower().encode(), value.encode("latin-1")) for key, value in headers.items()]
    return {"type": "http", "headers": raw, "scheme": "https", "client": ("192.0.2.1", 5), **more}


NAMES = st.sampled_from(["connection", "te", "host", "cookie", "accept", "x-a", "x-b", "x-forwarded-for", "upgrade"])


@given(st.dictionaries(NAMES, st.sampled_from(["x-a", "close", "keep-alive, X-B", "1"])))
def test_headers_to_the_service_follow_the_rules(headers: dict[str, str]) -> None:
    onward = to_service(scope(headers), "id-1", {"traceparent": "t"})
    named = {part.strip().lower() for part in headers.get("connection", "").split(",")}
    for name, value in headers.items():
        passes = name in ("accept", "x-a", "x-b") and name not in named
        assert (onward.get(name) == value) is (passes or (name == "x-forwarded-for" and value == "192.0.2.1"))
    assert onward["X-Forwarded-For"] == "192.0.2.1"
    assert onward["X-Forwarded-Proto"] == "https"
    assert onward["X-Request-ID"] == "id-1"
    assert onward["traceparent"] == "t"


def test_headers_to_the_client_keep_repeated_ones() -> None:
    raw = [(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"), (b"Server", b"x"), (b"Location", b"http://inside:1/a")]
    answer = to_client(raw, "http://inside:1")
    assert answer == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"location", b"/a")]


@pytest.mark.parametrize("value", ["", "x" * 129, "a\tb", "é"])
def test_unfit_request_ids_are_replaced(value: str) -> None:
    assert len(request_id_of(scope({"x-request-id": value})["headers"])) == 32


@pytest.mark.parametrize(
    ("length", "error"),
    [("101", TooLarge), ("9" * 40, TooLarge), ("-1", BadRequest), ("1e3", BadRequest), ("²", BadRequest)],
)
def test_bad_lengths_are_refused(length: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_length(length, 100)


def body_of(messages: list[dict[str, Any]], limit: int) -> Body:
    feed = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(feed)

    return Body(scope({"transfer-encoding": "chunked"}), receive, limit, Pace(receive, 20.0, 500))


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=10), st.integers(0, 120))
def test_body_is_passed_whole_or_refused(chunks: list[bytes], limit: int) -> None:
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages[-1]["more_body"] = False
    body = body_of(messages, limit)

    async def read() -> bytes:
        return b"".join([chunk async for chunk in body.chunks()])

    if sum(map(len, chunks)) > limit:
        with pytest.raises(TooLarge):
            asyncio.run(read())
        assert isinstance(body.failure, TooLarge)
    else:
        assert asyncio.run(read()) == b"".join(chunks)
        assert body.read.is_set()


def test_body_notices_a_client_that_leaves() -> None:
    body = body_of([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}], 100)

    async def read() -> None:
        async for _ in body.chunks():
            pass

    with pytest.raises(ClientGone):
        asyncio.run(read())


def test_breaker_opens_after_failures_in_a_row_only(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])

    async def scenario() -> None:
        breakers = Breakers(failures=2, open_seconds=30)

        async def call(error: BaseException | None) -> str:
            try:
                async with breakers.guard("engine"):
                    if error is not None:
                        raise error
            except Unavailable:
                return "open"
            except (OSError, asyncio.CancelledError):
                return "failed"
            return "through"

        fault, gone = OSError(), asyncio.CancelledError()
        assert [await call(error) for error in (fault, None, fault, gone, fault)] == [
            *("failed", "through", "failed", "failed", "failed")
        ]
        assert [await call(error) for error in (fault, None)] == ["failed", "open"]
        clock[0] += 31
        # Half open: one failure opens it again, one success closes it.
        assert [await call(error) for error in (fault, None)] == ["failed", "open"]
        clock[0] += 31
        assert [await call(error) for error in (None, fault, None)] == ["through", "failed", "through"]

    asyncio.run(scenario())


def test_password_hash_fits_only_its_password() -> None:
    hashed = passwords.hash_password("a good one")
    assert hashed.startswith("$argon2id$")
    assert hashed != passwords.hash_password("a good one")
    assert passwords.verify(hashed, "a good one")
    assert not passwords.verify(hashed, "another")
    assert not passwords.verify(None, "the password of nobody")
    assert not passwords.verify("", "broken hash")
    assert not passwords.is_outdated(hashed)


@given(st.text(min_size=0, max_size=20))
def test_accepted_passwords_obey_every_rule(password: str) -> None:
    if passwords.weakness(password, "anna") is None:
        assert 8 <= len(password) <= 256
        assert "anna" not in password.lower()
        assert len(set(password.lower())) >= 4


def test_settings_come_from_the_environment_and_all_faults_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    good = {
        "PORT": "8080",
        "DATABASE_URL": "postgresql://x@y/z",
        "JWKS_URL": "http://127.0.0.1:8080/api/v1/auth/jwks",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "SIGNING_KEY_FILE": "keys",
        "SERVICE_CLIENTS": '{"engine": "secret"}',
        **{f"{name}_URL": "http://127.0.0.1:1/" for name in ("TOPOLOGY", "PROFILES", "ENGINE", "RESULTS")},
    }
    for name, value in good.items():
        monkeypatch.setenv(f"HYGGE_GATEWAY_{name}", value)
    settings = Settings.load()
    assert settings.service_clients["engine"].get_secret_value() == "secret"
    assert set(settings.services.values()) == {"http://127.0.0.1:1"}
    monkeypatch.setenv("HYGGE_GATEWAY_MAX_BODY", "1")
    monkeypatch.setenv("HYGGE_GATEWAY_RATE_LIMIT_LOGIN", "often")
    monkeypatch.delenv("HYGGE_GATEWAY_REDIS_URL")
    with pytest.raises(SettingsError) as refused:
        Settings.load()
    for name in ("MAX_BODY", "RATE_LIMIT_LOGIN", "REDIS_URL"):
        assert f"HYGGE_GATEWAY_{name}" in str(refused.value)
