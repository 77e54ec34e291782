"""Rate limits: counting, sharing between processes, and life without Redis."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import parse
from limits.aio.storage import MemoryStorage

from hygge_core.errors import TooManyRequests
from hygge_gateway.routing.limits import Attempts, RateLimits, address_identity, redis_storage
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import ADMIN, CLIENT, Redis, assert_problem, gateway, redis_server


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_020.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=80),
    st.integers(1, 6),
)
def test_counting_equals_a_naive_count_of_each_window(hits: list[tuple[str, float]], quota: int) -> None:
    clock = Clock()
    limits = RateLimits(MemoryStorage(), clock)
    item = parse(f"{quota}/minute")
    allowed: dict[tuple[str, int], int] = {}
    for identity, wait in hits:
        clock.now += wait
        verdict = limits.hit("user", item, identity)
        key = (identity, int(clock.now // 60))
        expected = allowed.get(key, 0) < quota
        assert verdict.allowed is expected
        allowed[key] = allowed.get(key, 0) + expected
        assert verdict.remaining == quota - allowed[key]
        assert 0 < verdict.reset <= 60


def test_processes_share_their_counts_through_redis(own_redis: Redis) -> None:
    async def scenario() -> None:
        clock = Clock()
        first, second = (RateLimits(redis_storage(own_redis.url), clock) for _ in range(2))
        item = parse("10/minute")
        for _ in range(6):
            assert first.hit("user", item, "7").allowed
        await first.synchronise()
        assert second.hit("user", item, "7").remaining == 9
        await second.synchronise()
        assert second.hit("user", item, "7").remaining == 2
        assert [second.hit("user", item, "7").allowed for _ in range(4)] == [True, True, False, False]
        assert second.hit("user", item, "8").allowed
        clock.now += 60
        await second.synchronise()
        assert second.hit("user", item, "7").remaining == 9

    asyncio.run(scenario())


def test_without_redis_each_process_counts_alone_and_shares_again_later(own_redis: Redis) -> None:
    async def scenario() -> None:
        clock = Clock()
        limits, other = (RateLimits(redis_storage(own_redis.url), clock) for _ in range(2))
        item = parse("3/minute")
        own_redis.stop()
        assert [limits.hit("user", item, "7").allowed for _ in range(2)] == [True, True]
        await limits.synchronise()
        assert [limits.hit("user", item, "7").allowed for _ in range(2)] == [True, False]
        own_redis.start()
        clock.now += 6
        await limits.synchronise()
        assert other.hit("user", item, "7").allowed
        await other.synchronise()
        assert not other.hit("user", item, "7").allowed

    asyncio.run(scenario())


def test_attempts_are_counted_over_processes_and_in_memory_without_redis(own_redis: Redis) -> None:
    async def scenario() -> None:
        clock = Clock()
        item = parse("2/minute")
        first, second = (Attempts(redis_storage(own_redis.url), item, clock=clock) for _ in range(2))
        await first.check({}, "username", "eve")
        await second.check({}, "username", "eve")
        with pytest.raises(TooManyRequests):
            await first.check({}, "username", "eve")
        own_redis.stop()
        for _ in range(2):
            await first.check({}, "username", "mallory")
        with pytest.raises(TooManyRequests) as refused:
            await first.check({}, "username", "mallory")
        assert 0 < (refused.value.retry_after_seconds or 0) <= 60

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("address", "identity"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_client_is_its_whole_network(address: str, identity: str) -> None:
    assert address_identity(address) == identity


def limited(settings: Settings, **changes: Any) -> Any:
    return gateway(settings.model_copy(update=changes))


@pytest.mark.usefixtures("one_window")
def test_user_over_the_quota_gets_429_and_others_do_not(settings: Settings) -> None:
    with limited(settings, rate_limit_user="20/hour") as client:
        first, second = client.new_user("busy-one"), client.new_user("calm-one")
        answers = [client.get("/api/v1/grids", headers=first["headers"]) for _ in range(21)]
        assert [answer.status_code for answer in answers] == [200] * 20 + [429]
        assert answers[0].headers["ratelimit-policy"] == '"user";q=20;w=3600'
        assert answers[0].headers["ratelimit"].startswith('"user";r=19;t=')
        assert answers[20].headers["ratelimit"].startswith('"user";r=0;t=')
        assert_problem(answers[20], 429)
        assert int(answers[20].headers["retry-after"]) > 0
        assert_problem(client.get("/api/v1/auth/me", headers=first["headers"]), 429)
        assert client.get("/api/v1/grids", headers=second["headers"]).status_code == 200


@pytest.mark.usefixtures("one_window")
def test_an_address_without_token_is_limited_too(settings: Settings) -> None:
    with limited(settings, rate_limit_address="5/hour") as client:
        statuses = [client.get("/api/v1/grids").status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]
        # A good token is another quota.
    with limited(settings, rate_limit_address="100000/hour") as client:
        assert client.get("/api/v1/grids", headers=client.headers_of()).status_code == 200


@pytest.mark.usefixtures("one_window")
def test_sign_in_is_limited_more_strictly(settings: Settings) -> None:
    with limited(settings, rate_limit_login="4/hour") as client:
        body = {"username": ADMIN[0], "password": "wrong"}
        answers = [client.post("/api/v1/auth/login", json=body) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [401] * 4 + [429]
        assert answers[0].headers["ratelimit-policy"] == '"login";q=4;w=3600'
        assert answers[0].headers["ratelimit"].startswith('"login";r=3;t=')
        assert_problem(answers[4], 429)
        # The right password does not help now; services are not affected.
        assert_problem(client.post("/api/v1/auth/login", json=body | {"password": ADMIN[1]}), 429)
        form = {"grant_type": "client_credentials"}
        assert client.post("/api/v1/auth/token", data=form, auth=CLIENT).status_code == 200


@pytest.mark.usefixtures("one_window")
def test_gateway_works_without_redis(settings: Settings, own_redis: Redis, tmp_path: Path) -> None:
    own_redis.stop()
    with limited(settings, redis_url=own_redis.url, rate_limit_login="3/hour") as client:
        headers = client.headers_of()
        assert client.get("/api/v1/grids", headers=headers).status_code == 200
        body = {"username": ADMIN[0], "password": "wrong"}
        statuses = [client.post("/api/v1/auth/login", json=body).status_code for _ in range(3)]
        assert statuses == [401, 401, 429]
        assert client.get("/health/ready").status_code == 200


def test_bad_limit_in_the_settings_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="rate_limit_user"):
        Settings(**(settings.model_dump() | {"rate_limit_user": "often"}))
