"""The client of the demo and of the example import."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hygge_local.client import Api, ApiError
from hygge_local.examples import follow_run, load_example, read_example

Handler = Callable[[httpx.Request], httpx.Response]


def api(handler: Handler) -> Api:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/auth/login":
            return httpx.Response(200, json={"access_token": "t"})
        return handler(request)

    return Api("http://hygge", "ada", "secret", transport=httpx.MockTransport(answer))


def test_lists_are_read_to_their_end() -> None:
    pages = {None: {"items": [{"id": 1}], "next_cursor": "x"}, "x": {"items": [{"id": 2}], "next_cursor": None}}
    with api(lambda request: httpx.Response(200, json=pages[request.url.params.get("cursor")])) as client:
        assert [item["id"] for item in client.items("/grids")] == [1, 2]


def test_an_expired_token_is_replaced_once() -> None:
    calls: list[str] = []

    def expired_at_first(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        return httpx.Response(401 if len(calls) == 1 else 200, json={})

    with api(expired_at_first) as client:
        assert client.get("/grids") == {}
    assert len(calls) == 2
    with (
        api(lambda request: httpx.Response(401, json={"detail": "no"})) as client,
        pytest.raises(ApiError, match="401 no"),
    ):
        client.get("/grids")


def test_findings_are_in_the_error() -> None:
    body = {"detail": "2 findings", "errors": [{"field": "line 17", "message": "not a number"}]}
    with (
        api(lambda request: httpx.Response(422, json=body)) as client,
        pytest.raises(ApiError, match=r"(?s)POST /api/v1/grids: 422 2 findings.*line 17: not a number") as caught,
    ):
        client.post("/grids", json={})
    assert (caught.value.status, caught.value.errors) == (422, body["errors"])


def test_an_answer_that_is_no_problem_document() -> None:
    with api(lambda request: httpx.Response(502, text="<html>")) as client, pytest.raises(ApiError, match="502"):
        client.get("/grids")


def test_progress_is_followed_to_the_end() -> None:
    events = [{"status": "running", "progress": 0.5}, {"status": "succeeded", "progress": 1.0}]
    stream = ": heartbeat\n\n" + "".join(f"event: run\ndata: {json.dumps(event)}\n\n" for event in events)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/events"):
            return httpx.Response(200, text=stream, headers={"content-type": "text/event-stream"})
        return httpx.Response(200, json={"status": "succeeded", "progress": 1.0, "timings": {}})

    with api(answer) as client:
        seen = list(follow_run(client, 7))
    assert [state["progress"] for state in seen] == [0.5, 1.0, 1.0]
    assert "timings" in seen[-1]


def test_a_failed_run_is_an_error() -> None:
    failed = {"status": "failed", "progress": 0.2, "error": {"detail": "profiles too short", "errors": []}}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/events"):
            raise httpx.ReadError("cut off")
        return httpx.Response(200, json=failed)

    with api(answer) as client, pytest.raises(ApiError, match="profiles too short"):
        list(follow_run(client, 7))


class Hygge:
    """Just enough of the API to import into; it counts what is written."""

    def __init__(self) -> None:
        self.profiles: dict[str, int] = {}
        self.grid: dict[str, Any] | None = None
        self.assignments: list[Any] = []
        self.written: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1")
        if request.method != "GET":
            self.written.append(path)
        return httpx.Response(200, json=self.answer(request, path))

    def answer(self, request: httpx.Request, path: str) -> Any:
        match request.method, path:
            case "POST", "/profiles/upload":
                mapping = json.loads(request.content.split(b'name="mapping"\r\n\r\n')[1].split(b"\r\n--")[0])
                new = {series["name"]: 100 + len(self.profiles) + i for i, series in enumerate(mapping["series"])}
                self.profiles |= new
                return {"profiles": rows(new), "report": {"rows_read": 35136, "clipped": 10, "gaps_filled": 0}}
            case "POST", "/grids/import":
                self.grid = {**json.loads(request.content), "id": 1}
                houses = self.grid["transformers"][0]["houses"]
                for number, house in enumerate(houses):
                    house["id"] = 1000 + number
                return self.grid
            case "PUT", "/grids/1/assignments":
                self.assignments = json.loads(request.content)
                return page(self.assignments)
            case "GET", "/profiles":
                return page(rows(self.profiles))
            case "GET", "/grids":
                return page([self.grid] if self.grid else [])
            case "GET", "/grids/1/topology":
                return self.grid
            case "GET", "/grids/1/assignments":
                return page(self.assignments)
            case _:
                raise AssertionError(path)


def rows(ids: dict[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "id": number} for name, number in ids.items()]


def page(items: list[Any]) -> dict[str, Any]:
    return {"items": items, "next_cursor": None}


def test_an_import_is_done_once_and_completed_when_it_was_cut_off() -> None:
    example, hygge, told = read_example("simbench_semiurb"), Hygge(), list[str]()
    with api(hygge) as client:
        first = load_example(client, example, told.append)
        assert hygge.written == ["/profiles/upload", "/grids/import", "/grids/1/assignments"]
        assert told[0] == "26 profiles uploaded (35,136 rows read, 10 values clipped)"
        assert (len(first.houses), len(first.profiles), len(hygge.assignments)) == (104, 26, len(example.assignments))

        hygge.written.clear()
        assert load_example(client, example) == first
        assert hygge.written == []

        del hygge.profiles["SimBench H0-A"]
        hygge.assignments = []
        load_example(client, example)
        assert hygge.written == ["/profiles/upload", "/grids/1/assignments"]
        assert len(hygge.profiles) == 26
