"""Too much at once: refused quickly, fairly, and only while it lasts."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings, strategies
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from hygge_core.errors import HyggeError, TooManyRequests, Unavailable
from hygge_gateway.main import build_app
from hygge_gateway.routing.front import Gateway
from hygge_gateway.routing.lanes import Lane
from hygge_gateway.routing.shedding import LEAST_PART, FairShare, Place
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

    async def events(self) -> AsyncIterator[str]:
        yield "begun"
        while not self.go_on.is_set():
            await asyncio.sleep(0.01)

    async def answer(self, request: Request) -> Response:
        if "quick" in request.url.path:
            return JSONResponse({})
        if "events" in request.url.path:
            return StreamingResponse(self.events(), media_type="text/event-stream")
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
    request: pytest.FixtureRequest,
    database: TestDatabase,
    redis_process: Redis,
    slow: Slow,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Client]:
    """Of a gateway that lets requests wait for so many seconds as the test names."""
    wait_seconds = getattr(request, "param", WAIT_SECONDS)
    database.migrate("gateway")
    with serving(slow.app()) as url, serving(Slow().app()) as other:
        chosen = settings_for(
            database, redis_process.url, tmp_path_factory.mktemp("gateway"), url,
            upstream_slots=SLOTS, upstream_queue=QUEUE, upstream_queue_seconds=wait_seconds, topology_url=other,
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


@pytest.mark.parametrize("client", [60.0], indirect=True)
def test_a_full_queue_takes_from_who_has_most_in_it(client: Client, slow: Slow) -> None:
    client.timeout = httpx.Timeout(60)
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


@settings(max_examples=150)
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


def _take_all(share: FairShare, user: str) -> list[Place]:
    """As many places as this user gets."""
    taken = []
    with suppress(TooManyRequests, Unavailable):
        while True:
            taken.append(share.enter(user))
    return taken


def test_one_alone_gets_half_of_the_places_and_the_next_one_half_of_what_is_left() -> None:
    share = FairShare(200)
    assert len(_take_all(share, "first")) == 100
    assert len(_take_all(share, "second")) == 34  # of 66 + 34 free ones

    with pytest.raises(TooManyRequests) as refused:
        share.enter("first")
    assert refused.value.retry_after_seconds


def test_all_who_want_more_get_the_same() -> None:
    share = FairShare(200)
    users = [f"user {n}" for n in range(100)]
    held = dict.fromkeys(users, 0)
    for _ in range(20):
        for user in users:
            with suppress(TooManyRequests, Unavailable):
                share.enter(user)
                held[user] += 1
    assert max(held.values()) - min(held.values()) <= 1
    assert 180 <= sum(held.values()) <= 200


def test_who_comes_new_is_let_in_beside_greedy_ones() -> None:
    share = FairShare(200)
    for n in range(6):
        _take_all(share, f"greedy {n}")
    assert [share.enter(f"new {n}") for n in range(5)]


def test_without_a_place_even_a_first_request_is_refused_as_too_much_of_all() -> None:
    share = FairShare(3)
    for n in range(3):
        share.enter(f"user {n}")
    with pytest.raises(Unavailable) as refused:
        share.enter("one more")
    assert refused.value.retry_after_seconds


@given(
    places=strategies.integers(1, 40),
    events=strategies.lists(strategies.tuples(strategies.booleans(), strategies.integers(0, 6)), max_size=200),
)
def test_places_are_never_overfull_and_all_come_back(places: int, events: list[tuple[bool, int]]) -> None:
    share, held = FairShare(places), []
    for comes, number in events:
        if comes:
            owners = Counter(place.user for place in held)
            naive = max(LEAST_PART, 1 / len({*owners, number})) * (places - len(held))
            try:
                held.append(share.enter(number))
                assert owners[number] < naive
            except (TooManyRequests, Unavailable):
                assert owners[number] >= naive
        elif held:
            place = held.pop(number % len(held))
            place.release()
            place.release()
        assert len(held) <= places
    for place in held:
        place.release()
    assert len(_take_all(share, "later")) == (places + 1) // 2


@given(
    places=strategies.integers(1, 30),
    turns=strategies.lists(strategies.lists(strategies.integers(0, 4), max_size=30), max_size=5),
)
def test_whom_the_door_lets_in_has_a_place(places: int, turns: list[list[int]]) -> None:
    async def play() -> None:
        share = FairShare(places)
        held: list[Place] = []

        async def answer(user: int) -> None:
            held.append(share.enter(user))

        for turn in turns:
            # All of a turn of the loop are let in before the first of them runs.
            tasks = [asyncio.create_task(answer(user)) for user in turn if share.knock(user) is None]
            await asyncio.gather(*tasks)
            for place in held[::2]:
                place.release()
            del held[::2]

    asyncio.run(play())


def test_who_was_let_in_and_did_not_come_leaves_no_trace() -> None:
    async def play() -> FairShare:
        share = FairShare(20)
        while share.knock("gone at once") is None:
            pass
        await asyncio.sleep(0)
        return share

    assert len(_take_all(asyncio.run(play()), "another")) == 10


def test_a_refusal_at_the_door_is_a_problem_like_any_other(
    database: TestDatabase, redis_process: Redis, tmp_path: Path
) -> None:
    database.migrate("gateway")
    with serving(Slow().app()) as behind:
        app = build_app(settings_for(database, redis_process.url, tmp_path, behind))
        with serving(app) as url, Client(url) as client:
            _ask_more_than_a_share(app, client)


def _ask_more_than_a_share(app: Gateway, client: Client) -> None:
    user, other = (client.new_user(name, "viewer") for name in ("hasty", "unhurried"))
    assert client.get("/api/v1/grids/quick", headers=user["headers"]).status_code == 200
    taken = _take_all(app._share, "hasty")
    answers = [
        client.get(f"/api/v1/{path}", headers=user["headers"] | {"X-Request-ID": "mine"})
        for path in ("grids/quick", "auth/me")
    ]
    assert client.post("/api/v1/grids/quick", headers=user["headers"]).status_code == 429
    assert client.get("/api/v1/grids/quick", headers=other["headers"]).status_code == 200
    assert client.get("/health/ready", headers=user["headers"]).status_code == 200
    for answer in answers:
        body = assert_problem(answer, 429)
        assert (f"/api/v1/{answer.url.path[8:]}", answer.headers["retry-after"]) == (body["instance"], "1")
        assert answer.headers["x-request-id"] == "mine"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "date" in answer.headers
        assert "strict-transport-security" not in answer.headers
    encrypted = {"scheme": "https", "headers": [(b"authorization", user["headers"]["Authorization"].encode())]}
    refusal = app.turn_away(b"/api/v1/grids", encrypted)
    assert refusal is not None
    assert b"strict-transport-security: max-age=31536000" in refusal[1]
    metrics = client.get("/metrics").text
    assert 'route="/api/v1/grids/{grid_id}",status="429"' in metrics
    for place in taken:
        place.release()
    assert client.get("/api/v1/auth/me", headers=user["headers"]).status_code == 200


def test_an_answer_that_goes_on_for_long_holds_no_place(
    database: TestDatabase, redis_process: Redis, slow: Slow, tmp_path: Path
) -> None:
    database.migrate("gateway")
    with serving(slow.app()) as behind:
        app = build_app(settings_for(database, redis_process.url, tmp_path, behind))
        with serving(app) as url, Client(url) as client:
            user = client.new_user("listener", "viewer")
            with client.stream("GET", "/api/v1/runs/1/events", headers=user["headers"]) as events:
                assert next(events.iter_text()) == "begun"
                assert app._share == FairShare(app._share.places)
                slow.go_on.set()
