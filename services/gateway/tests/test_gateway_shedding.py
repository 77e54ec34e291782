"""Too much at once: refused quickly, fairly, and only while it lasts."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings, strategies
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hygge_core.errors import HyggeError, TooManyRequests, Unavailable
from hygge_gateway.main import build_app
from hygge_gateway.routing.front import Gateway
from hygge_gateway.routing.shedding import FEW, LATE_WINDOWS, SMALLEST_SHARE, WINDOW_SECONDS, FairShare, Lane, level
from services.gateway.tests.gateway_support import Client, Redis, assert_problem, gateway, serving, settings_for
from tests.support.postgres import TestDatabase

SLOTS, QUEUE, WAIT_SECONDS = 4, 8, 2.0


class Slow:
    """A service in which each request takes as long as a test likes."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.active = self.most = 0

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/api/v1/{rest:path}", self.answer, methods=["GET", "POST"])])

    async def answer(self, request: Request) -> Response:
        if "quick" in request.url.path:
            return JSONResponse({})
        self.active += 1
        self.most = max(self.most, self.active)
        while not self.go_on.is_set():
            await asyncio.sleep(0.01)
        self.active -= 1
        return JSONResponse({})


@pytest.fixture
def slow() -> Iterator[Slow]:
    service = Slow()
    yield service
    service.go_on.set()


@pytest.fixture
def client(
    database: TestDatabase, redis_process: Redis, slow: Slow, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    database.migrate("gateway")
    with serving(slow.app()) as url, serving(Slow().app()) as other:
        chosen = settings_for(
            database, redis_process.url, tmp_path_factory.mktemp("gateway"), url,
            upstream_slots=SLOTS, upstream_queue=QUEUE, upstream_queue_seconds=WAIT_SECONDS, topology_url=other,
        )  # fmt: skip
        with gateway(chosen) as running:
            yield running
            slow.go_on.set()


def _ask_at_once(client: Client, headers: dict[str, str], count: int) -> list[httpx.Response]:
    def one(number: int) -> httpx.Response:
        return client.get(f"/api/v1/runs/{number}", headers=headers)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_a_slow_service_gets_no_more_than_its_slots_and_the_others_go_on(client: Client, slow: Slow) -> None:
    users = [client.new_user(f"reader-{n}", "viewer") for n in range(2)]
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(_ask_at_once, client, user["headers"], 10) for user in users]
        _until(lambda: slow.active == SLOTS)
        # Another service, the gateway's own routes and health answer as if nothing was.
        assert client.get("/api/v1/grids/quick", headers=users[0]["headers"]).status_code == 200
        assert client.get("/health/ready").status_code == 200
        assert client.get("/api/v1/auth/me", headers=users[0]["headers"]).status_code == 200
        time.sleep(WAIT_SECONDS + 1)
        slow.go_on.set()
        answers = [answer for future in asked for answer in future.result()]
    # While nothing went on, all but those in the slots were refused, after that wait at the latest.
    assert slow.most == SLOTS
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[200] == SLOTS
    assert statuses[503] + statuses[429] == 20 - SLOTS


def test_who_waits_too_long_gets_a_problem_with_retry_after_and_the_service_never_sees_it(
    client: Client, slow: Slow
) -> None:
    user = client.new_user("patient", "viewer")
    other = client.new_user("later", "viewer")
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(_ask_at_once, client, user["headers"], SLOTS // 2)
        also = pool.submit(_ask_at_once, client, other["headers"], SLOTS // 2)
        _until(lambda: slow.active == SLOTS)
        started = time.monotonic()
        refused = client.get("/api/v1/runs/99", headers=other["headers"])
        assert 0.9 * WAIT_SECONDS < time.monotonic() - started < 3 * WAIT_SECONDS
        body = assert_problem(refused, 503)
        assert body["type"].endswith("unavailable")
        assert int(refused.headers["retry-after"]) >= 1
        slow.go_on.set()
        assert {answer.status_code for answer in held.result() + also.result()} == {200}
    assert client.get("/api/v1/runs/99", headers=other["headers"]).status_code == 200


def test_a_full_queue_takes_from_who_has_most_in_it(client: Client, slow: Slow) -> None:
    greedy, modest = client.new_user("greedy", "viewer"), client.new_user("modest", "viewer")
    count = SLOTS + QUEUE + 10
    with ThreadPoolExecutor(count) as many, ThreadPoolExecutor(1) as few:
        asked = [many.submit(client.get, "/api/v1/runs/1", headers=greedy["headers"]) for _ in range(count)]
        # Half of the slots and the queue are the greedy one's; the others are refused at once.
        _until(lambda: sum(one.done() for one in asked) >= count - SLOTS // 2 - QUEUE)
        modestly = few.submit(_ask_at_once, client, modest["headers"], 2)
        _until(lambda: slow.active == SLOTS)
        slow.go_on.set()
        assert {answer.status_code for answer in modestly.result()} == {200}
        refused = [one.result() for one in asked if one.result().status_code != 200]
    assert {answer.status_code for answer in refused} == {429}
    assert all(answer.headers["retry-after"] for answer in refused)
    assert len(refused) >= count - SLOTS // 2 - QUEUE


def _until(holds: object) -> None:
    assert callable(holds)
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.01)


@settings(max_examples=150, deadline=None)
@given(
    slots=strategies.integers(1, 5),
    queue=strategies.integers(1, 6),
    events=strategies.lists(
        strategies.tuples(strategies.sampled_from(["ask", "leave", "go away", "late"]), strategies.integers(0, 4)),
        max_size=60,
    ),
)
def test_a_lane_is_never_overfull_and_loses_no_slot(slots: int, queue: int, events: list[tuple[str, int]]) -> None:
    async def play() -> None:
        lane = Lane("engine", slots=slots, queue=queue, wait_seconds=0.02)
        held: list[object] = []
        asking: list[asyncio.Task[object]] = []

        async def ask(user: int) -> None:
            try:
                held.append(await lane.enter(user))
            except HyggeError as error:
                assert isinstance(error, TooManyRequests | Unavailable)
                assert error.retry_after_seconds

        for what, number in events:
            if what == "ask":
                asking.append(asyncio.create_task(ask(number)))
            elif what == "leave" and held:
                held.pop(number % len(held)).release()  # type: ignore[attr-defined]
            elif what == "go away" and asking:
                asking[number % len(asking)].cancel()
            elif what == "late" and number == 0:
                await asyncio.sleep(0.03)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert len(held) <= slots
        await asyncio.gather(*asking, return_exceptions=True)
        for slot in held:
            slot.release()  # type: ignore[attr-defined]
        # All slots are free again: users of their own get them at once, and no more than there are.
        for number in range(slots):
            await asyncio.wait_for(lane.enter(("new", number)), 0.01)
        with pytest.raises(Unavailable):
            await lane.enter("one more")

    asyncio.run(play())


def test_users_take_turns() -> None:
    async def play() -> list[str]:
        lane, order = Lane("engine", slots=2, queue=100, wait_seconds=5), []
        first = [await lane.enter("x"), await lane.enter("y")]

        async def ask(user: str) -> None:
            slot = await lane.enter(user)
            order.append(user)
            await asyncio.sleep(0)
            slot.release()

        tasks = [asyncio.create_task(ask("greedy")) for _ in range(20)]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(ask("modest")) for _ in range(3)]
        await asyncio.sleep(0)
        for slot in first:
            slot.release()
        await asyncio.gather(*tasks)
        return order

    order = asyncio.run(play())
    assert order[:7].count("modest") == 3


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _window(
    share: FairShare, clock: Clock, asked: dict[str, int], late_seconds: float | None = None, able: int = 10**6
) -> Counter[str]:
    """One window of requests, of which `able` can be dealt with (more make it late); who got how many through."""
    through: Counter[str] = Counter()
    for user, count in asked.items():
        for _ in range(count):
            with suppress(TooManyRequests):
                share.check(user)
                through[user] += 1
    for _ in range(min(sum(through.values()), able)):
        share.answered()
    if late_seconds is None:
        late_seconds = 0.3 if sum(through.values()) > able else 0.0
    for _ in range(25):
        clock.now += WINDOW_SECONDS / 25
        share.observe(late_seconds)
    return through


def test_a_late_process_takes_from_the_greedy_alone_and_lets_go_when_it_is_over() -> None:
    clock = Clock()
    share = FairShare(clock)
    asked = {"greedy": 2000} | {f"user {n}": 5 for n in range(99)}
    able = 700
    taken = []
    for _ in range(20):
        through = _window(share, clock, asked, able=able)
        assert all(through[user] == 5 for user in asked if user != "greedy")
        taken.append(through["greedy"])
    assert all(count <= 1.5 * (able - 99 * 5) for count in taken[LATE_WINDOWS:])
    calm = {"greedy": 5} | {f"user {n}": 5 for n in range(99)}
    for _ in range(int(5 / WINDOW_SECONDS)):
        through = _window(share, clock, calm, late_seconds=0.0)
    assert share.share == float("inf")
    assert through["greedy"] == 5


def test_an_overload_is_cut_to_what_can_be_answered_within_two_seconds() -> None:
    clock = Clock()
    share = FairShare(clock)
    asked = {f"user {n}": 25 for n in range(100)}
    through = [_window(share, clock, asked, able=600) for _ in range(int(2 / WINDOW_SECONDS))]
    assert sum(through[0].values()) == 2500
    assert len(set(through[-1].values())) == 1
    assert sum(through[-1].values()) <= 600


def test_everybody_keeps_a_few_requests_however_late_it_is() -> None:
    clock = Clock()
    share = FairShare(clock)
    for _ in range(10):
        through = _window(share, clock, {f"user {n}": 25 for n in range(100)}, late_seconds=0.3, able=10)
    assert set(through.values()) == {int(SMALLEST_SHARE)}


@given(strategies.lists(strategies.integers(0, 50), max_size=20), strategies.floats(0.5, 400))
def test_a_share_uses_up_the_amount_and_favours_nobody(asked: list[int], amount: float) -> None:
    share = level(asked, amount)
    given_out = sum(min(demand, share) for demand in asked)
    if share == float("inf"):
        assert sum(asked) < amount
    else:
        assert given_out == pytest.approx(amount)


def test_a_single_pause_of_the_machine_refuses_nobody() -> None:
    clock = Clock()
    share = FairShare(clock)
    asked = {f"user {n}": 25 for n in range(100)}
    for pause_seconds in (0.0, 0.6, 0.0, 0.0, 1.5, 0.0):
        assert set(_window(share, clock, asked, late_seconds=0.0).values()) == {25}
        clock.now += pause_seconds
        share.observe(pause_seconds)


def test_few_requests_are_never_too_many_however_busy_the_machine_is() -> None:
    clock = Clock()
    share = FairShare(clock)
    for _ in range(10):
        assert _window(share, clock, {"alone": FEW - 1}, late_seconds=2.0)["alone"] == FEW - 1


def test_a_refusal_at_the_door_is_a_problem_like_any_other(
    database: TestDatabase, redis_process: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FairShare, "_choose", lambda _self: None)
    database.migrate("gateway")
    with serving(Slow().app()) as behind:
        app = build_app(settings_for(database, redis_process.url, tmp_path, behind))
        with serving(app) as url, Client(url) as client:
            _ask_more_than_a_share(app, client)


def _ask_more_than_a_share(app: Gateway, client: Client) -> None:
    user, other = (client.new_user(name, "viewer") for name in ("hasty", "unhurried"))
    share = app._share
    assert client.get("/api/v1/grids/quick", headers=user["headers"]).status_code == 200
    share.share = 1.0
    answers = [client.get("/api/v1/grids/quick", headers=user["headers"] | {"X-Request-ID": "mine"}) for _ in range(3)]
    assert client.get("/api/v1/auth/me", headers=user["headers"]).status_code == 200
    assert client.get("/api/v1/grids/quick", headers=other["headers"]).status_code == 200
    for answer in answers:
        body = assert_problem(answer, 429)
        assert (body["instance"], answer.headers["retry-after"]) == ("/api/v1/grids/quick", "1")
        assert answer.headers["x-request-id"] == "mine"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "date" in answer.headers
    metrics = client.get("/metrics").text
    assert 'route="/api/v1/grids/{grid_id}",status="429"' in metrics
