"""What never changes is kept at the gateway, and shown to nobody whom the service would not show it to."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Scope, Send

from hygge_core.auth import Principal, Role
from hygge_core.caching import keep_unchanging, unchanging
from hygge_gateway.routing.cache import AnswerCache
from services.gateway.tests.gateway_support import Client, Redis, gateway, serving, settings_for
from tests.support.postgres import TestDatabase

SECONDS = 1.0


class Results:
    """A service with runs that some users may see; counts what reaches it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.made = 0
        self.hidden: set[str] = set()
        self.deleted: set[int] = set()
        self.wait = threading.Event()
        self.wait.set()

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/api/v1/results/compare")
        def compare(runs: str) -> dict[str, str]:
            for run in runs.split(","):
                unchanging(f"results/{run}", "whole")
            return {"runs": runs}

        @app.get("/api/v1/results/{run_id}/stream")
        async def stream(run_id: int) -> StreamingResponse:
            async def parts() -> AsyncIterator[bytes]:
                while self.wait.is_set():
                    yield b"part"
                    await asyncio.sleep(0.02)

            return StreamingResponse(parts())

        @app.get("/api/v1/results/{run_id}/page")
        def page(run_id: int) -> Response:
            unchanging(f"results/{run_id}", "whole")
            self.made += 1
            return Response(f"made at {time.time()}", media_type="text/html")

        @app.get("/api/v1/results/{run_id}/{what}")
        def read(run_id: int, what: str, request: Request) -> Response:
            user = _user(request)
            self.asked.append(user)
            self.wait.wait(10)
            if user in self.hidden or run_id in self.deleted:
                return Response('{"title": "no"}', 404, media_type="application/json")
            if what != "open":
                unchanging(f"results/{run_id}", "own" if user.startswith("household") else "whole")
            self.made += 1
            body = f'{{"what": "{what}", "for": "{user[:9]}", "number": {self.made}, "fill": "{"x" * _fill(request)}"}}'
            return Response(body, media_type="application/json")

        @app.delete("/api/v1/runs/{run_id}", status_code=204)
        def delete(run_id: int) -> None:
            self.deleted.add(run_id)

        keep_unchanging(app)
        return app


def _user(request: Request) -> str:
    import base64
    import json

    payload = request.headers["authorization"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "==="))["username"])


def _fill(request: Request) -> int:
    return int(request.query_params.get("fill", "0"))


@pytest.fixture
def results() -> Results:
    return Results()


@pytest.fixture
def client(
    database: TestDatabase, redis_process: Redis, results: Results, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    database.migrate("gateway")
    with serving(results.app()) as url:
        chosen = settings_for(
            database, redis_process.url, tmp_path_factory.mktemp("gateway"), url, cache_seconds=SECONDS, cache_mb=1
        )
        with gateway(chosen) as running:
            yield running


@pytest.fixture
def anna(client: Client) -> dict[str, str]:
    return _headers(client, "anna")


_made: dict[str, int] = {}


def _headers(client: Client, name: str, role: str = "viewer") -> dict[str, str]:
    """A new user each time: the database is shared by the tests of this module."""
    _made[name] = _made.get(name, 0) + 1
    headers: dict[str, str] = client.new_user(f"{name}-{_made[name]}", role)["headers"]
    return headers


def _ask(client: Client, headers: dict[str, str], path: str = "/results/7/summary", **more: str) -> httpx.Response:
    return client.get(f"/api/v1{path}", headers=headers | more)


def test_a_second_read_is_answered_from_memory_and_says_so(
    client: Client, results: Results, anna: dict[str, str]
) -> None:
    first, second = _ask(client, anna), _ask(client, anna)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert len(results.asked) == 1
    assert second.headers["cache-status"] == "hygge; hit"
    assert second.headers["age"] == "0"
    assert second.headers["cache-control"] == "private, max-age=5"
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert "hygge-version" not in first.headers
    assert "hygge-version" not in second.headers


def test_a_browser_that_has_it_gets_304(client: Client, results: Results, anna: dict[str, str]) -> None:
    tag = _ask(client, anna).headers["etag"]
    again = _ask(client, anna, **{"If-None-Match": f'"other", W/{tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert len(results.asked) == 1
    assert _ask(client, anna, **{"If-None-Match": '"other"'}).status_code == 200


def test_after_some_seconds_the_service_is_asked_whether_it_may_still_be_seen(
    client: Client, results: Results, anna: dict[str, str]
) -> None:
    first = _ask(client, anna)
    time.sleep(SECONDS + 0.1)
    second = _ask(client, anna)
    assert second.content == first.content
    assert len(results.asked) == 2
    assert results.made == 1, "the service had to make it again"
    results.hidden.add(results.asked[0])
    time.sleep(SECONDS + 0.1)
    assert _ask(client, anna).status_code == 404
    # And from then on at once, for everything of that run.
    assert _ask(client, anna).status_code == 404


def test_nobody_sees_what_the_service_has_not_shown_them(
    client: Client, results: Results, anna: dict[str, str]
) -> None:
    first = _ask(client, anna)
    berta, household = _headers(client, "berta"), _headers(client, "household", "participant")
    own = _ask(client, household)
    assert own.json()["for"] == "household"
    assert own.headers["etag"] != first.headers["etag"]
    # Berta sees the same: the service says so, and need not make it again.
    assert _ask(client, berta).content == first.content
    assert results.made == 2
    results.hidden.add(f"cesar-{_made.get('cesar', 0) + 1}")
    assert _ask(client, _headers(client, "cesar")).status_code == 404
    assert _ask(client, household).content == own.content


def test_one_answer_about_a_run_confirms_the_others_of_that_caller(
    client: Client, results: Results, anna: dict[str, str]
) -> None:
    _ask(client, anna), _ask(client, anna, "/results/7/nodes")
    berta = _headers(client, "berta")
    _ask(client, berta)
    asked = len(results.asked)
    assert _ask(client, berta, "/results/7/nodes").headers["cache-status"] == "hygge; hit"
    assert len(results.asked) == asked
    # Of another run nothing is known yet.
    _ask(client, berta, "/results/8/nodes")
    assert len(results.asked) == asked + 1


def test_an_answer_about_several_runs_is_not_kept(client: Client, anna: dict[str, str]) -> None:
    for _ in range(2):
        answer = _ask(client, anna, "/results/compare?runs=7,8")
        assert answer.status_code == 200
        assert "cache-status" not in answer.headers
        assert "etag" not in answer.headers


def test_what_may_change_pages_and_large_answers_are_not_kept(
    client: Client, results: Results, anna: dict[str, str]
) -> None:
    for path in ("/results/7/open", "/results/7/page", "/results/7/summary?fill=1100000"):
        before = results.made
        assert _ask(client, anna, path).content != _ask(client, anna, path).content
        assert results.made == before + 2


def test_a_deleted_run_is_gone_at_once(client: Client, anna: dict[str, str]) -> None:
    assert _ask(client, anna).status_code == 200
    assert client.delete("/api/v1/runs/7", headers=anna).status_code == 204
    assert _ask(client, anna).status_code == 404


def test_equal_questions_of_one_caller_go_on_once(client: Client, results: Results, anna: dict[str, str]) -> None:
    _ask(client, anna, "/results/6/summary")
    results.asked.clear()
    results.wait.clear()
    with ThreadPoolExecutor(6) as pool:
        url = f"{client.base_url}/api/v1/results/7/summary"
        asked = [pool.submit(httpx.get, url, headers=anna, timeout=20) for _ in range(6)]
        time.sleep(0.4)
        results.wait.set()
        bodies = {answer.result().content for answer in asked}
    assert len(bodies) == 1
    assert len(results.asked) == 1


def test_who_waits_for_another_goes_on_when_that_one_leaves(
    client: Client, results: Results, anna: dict[str, str]
) -> None:
    _ask(client, anna, "/results/6/summary")
    results.wait.clear()
    url = f"{client.base_url}/api/v1/results/7/summary"
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(httpx.ReadTimeout):
            second = pool.submit(lambda: (time.sleep(0.2), httpx.get(url, headers=anna, timeout=20))[1])
            httpx.get(url, headers=anna, timeout=0.5)
        time.sleep(0.3)
        results.wait.set()
        assert second.result().status_code == 200


def test_what_is_not_kept_is_waited_for_until_it_begins_and_no_longer(
    client: Client, results: Results, anna: dict[str, str]
) -> None:
    _ask(client, anna, "/results/6/summary")
    url = f"{client.base_url}/api/v1/results/6/stream"
    with httpx.stream("GET", url, headers=anna, timeout=20) as first:
        assert first.status_code == 200
        # The first goes on and on; the second gets one of its own.
        with httpx.stream("GET", url, headers=anna, timeout=5) as second:
            assert second.status_code == 200
        results.wait.clear()


def test_a_hard_reload_and_no_store_go_to_the_service(client: Client, results: Results, anna: dict[str, str]) -> None:
    _ask(client, anna)
    assert _ask(client, anna, **{"Cache-Control": "no-cache"}).status_code == 200
    assert len(results.asked) == 2
    assert "cache-status" not in _ask(client, anna, **{"Cache-Control": "no-store"}).headers
    assert len(results.asked) == 3


def test_the_memory_is_bounded(client: Client, results: Results, anna: dict[str, str]) -> None:
    for number in range(4):
        _ask(client, anna, f"/results/7/part{number}?fill=400000")
    before = len(results.asked)
    assert _ask(client, anna, "/results/7/part3?fill=400000").headers["cache-status"] == "hygge; hit"
    _ask(client, anna, "/results/7/part0?fill=400000")
    assert len(results.asked) == before + 1


class Shelf:
    """A service of one answer, which the viewers of grid 3 may all see; asked through a cache without a server."""

    def __init__(self) -> None:
        self.cache = AnswerCache(max_bytes=10**6, seconds=5.0, clock=lambda: self.now)
        self.now = 0.0
        self.asked: list[str] = []
        self.status = 200

    def ask(self, caller: Principal) -> int:
        """The status that the caller gets."""
        told: list[Any] = []

        async def fetch(scope: Scope, send: Send) -> None:
            self.asked.append(caller.username)
            headers = [(b"hygge-version", b"results/7 v1"), (b"hygge-grid", b"3"), (b"etag", b'"t"')]
            headers += [(b"cache-control", b"private, max-age=5"), (b"content-length", b"2")]
            known = dict(scope["headers"]).get(b"if-none-match") == b'"t"'
            status = 304 if self.status == 200 and known else self.status
            await send({"type": "http.response.start", "status": status, "headers": headers if status < 400 else []})
            await send({"type": "http.response.body", "body": b"{}" if status == 200 else b""})

        async def send(message: Any) -> None:
            told.append(message)

        path = "/api/v1/results/7"
        scope = {"method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": []}
        asyncio.run(self.cache.answer(caller, scope, send, fetch))
        assert not {b"hygge-version", b"hygge-grid"} & {name for name, _ in told[0]["headers"]}
        return int(told[0]["status"])


def _viewer(number: int, *grids: int, role: Role = Role.VIEWER) -> Principal:
    return Principal(number, f"{role}-{number}", role, views=frozenset(grids))


def test_what_the_viewers_of_a_grid_may_all_see_is_asked_for_once_for_all_of_them() -> None:
    shelf = Shelf()
    for number in range(5):
        assert shelf.ask(_viewer(number, 3, number + 10)) == 200
    assert shelf.ask(_viewer(9, role=Role.ADMIN)) == 200
    assert shelf.asked == ["viewer-0"]
    shelf.now = 5.0
    assert shelf.ask(_viewer(4, 3)) == 200
    assert shelf.asked == ["viewer-0", "viewer-4"]


@pytest.mark.parametrize(
    "other", [_viewer(1, 4), _viewer(1), _viewer(1, 3, role=Role.PARTICIPANT), _viewer(1, role=Role.OPERATOR)]
)
def test_others_are_asked_about_one_by_one(other: Principal) -> None:
    shelf = Shelf()
    shelf.ask(_viewer(0, 3))
    shelf.ask(other)
    shelf.ask(other)
    assert shelf.asked == ["viewer-0", other.username]


def test_who_sees_it_for_another_reason_does_not_vouch_for_the_viewers_of_the_grid() -> None:
    shelf = Shelf()
    shelf.ask(_viewer(0, role=Role.OPERATOR))
    shelf.ask(_viewer(1, 3))
    assert shelf.asked == ["operator-0", "viewer-1"]


def test_a_viewer_who_is_refused_ends_it_for_all_and_so_does_a_change() -> None:
    shelf = Shelf()
    shelf.ask(_viewer(0, 3))
    shelf.now, shelf.status = 5.0, 404
    assert shelf.ask(_viewer(1, 3)) == 404
    shelf.status = 200
    shelf.ask(_viewer(0, 3))
    assert shelf.asked == ["viewer-0", "viewer-1", "viewer-0"]
    shelf.now = 6.0
    shelf.cache.drop("results/7")
    shelf.now = 7.0
    shelf.ask(_viewer(1, 3))
    assert len(shelf.asked) == 4
