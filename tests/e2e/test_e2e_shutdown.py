"""What is asked to end ends in order: requests in flight finish, streams end, a worker hands its run on."""

import os
import signal
import threading
import time

import httpx

from hygge_local import control
from hygge_local.runtime import Runtime
from tests.e2e.client import Api
from tests.e2e.outages import (
    Calm,
    assert_calm,
    assert_unavailable,
    away,
    begun,
    comes_back,
    statements,
)


class Readers:
    """Clients that read the same all the time, each over one kept connection; their answers."""

    def __init__(self, frail: Runtime, token: str, path: str) -> None:
        self.answers: list[httpx.Response] = []
        self.broken: list[httpx.TransportError] = []
        self._end = threading.Event()
        self._request = (f"{frail.url}/api/v1{path}", {"Authorization": token})
        self._threads = [threading.Thread(target=self._read) for _ in range(4)]

    def _read(self) -> None:
        url, headers = self._request
        with httpx.Client(headers=headers, timeout=30) as http:
            while not self._end.is_set():
                try:
                    self.answers.append(http.get(url))
                except httpx.TransportError as error:
                    self.broken.append(error)
                    time.sleep(0.05)

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()


def test_a_service_that_restarts_breaks_no_connection(frail: Runtime, calm: Calm, api: Api) -> None:
    path = f"/grids/{calm.village.grid_id}/nodes"
    with Readers(frail, api.http.headers["Authorization"], path) as readers:
        time.sleep(1)
        with away(frail, "topology"):
            time.sleep(0.5)
        comes_back(api, path)
        time.sleep(0.5)
    assert readers.broken == []
    for answer in readers.answers:
        if answer.status_code != 200:
            assert_unavailable(answer)
    assert readers.answers[-1].status_code == 200


def test_the_gateway_finishes_what_it_has_begun(frail: Runtime, calm: Calm, api: Api) -> None:
    """A large answer is on its way when the gateway is asked to end: it comes whole."""
    run_id = api("GET", "/runs", params={"limit": 1, "status": "succeeded"})["items"][0]["id"]
    url = f"/api/v1/results/{run_id}/export"
    whole = len(api.http.get(url, params={"table": "series"}).content)
    with api.http.stream("GET", url, params={"table": "series"}) as answer:
        assert answer.status_code == 200
        chunks = answer.iter_raw()
        size = len(next(chunks))
        stopper = threading.Thread(target=control.stop_one, args=(frail.folder.root, "gateway", print))
        stopper.start()
        time.sleep(0.3)
        size += sum(map(len, chunks))
    stopper.join()
    assert control.start_one(frail.folder.root, "gateway", print) == 0
    assert size == whole
    comes_back(api, f"/runs/{run_id}")


def test_streams_of_events_end_with_their_service(frail: Runtime, calm: Calm, api: Api) -> None:
    run_id = begun(api, calm)
    ended = threading.Event()

    def listen() -> None:
        try:
            with api.http.stream("GET", f"/api/v1/runs/{run_id}/events", timeout=60) as answer:
                for _ in answer.iter_raw():
                    pass
        except httpx.TransportError:
            pass
        ended.set()

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(0.5)
    began = time.monotonic()
    with away(frail, "engine"):
        seconds = time.monotonic() - began
        print(f"the engine ended in {seconds:.1f} s with an open stream")
        assert seconds < 12
        assert ended.wait(10)
    listener.join()
    comes_back(api, f"/runs/{run_id}")
    assert_calm(api, calm, run_id)


def test_a_worker_that_is_asked_to_end_hands_its_run_on(frail: Runtime, calm: Calm, api: Api) -> None:
    run_id = begun(api, calm)
    began = time.monotonic()
    # Both at once: otherwise the second goes on with what the first has let go of.
    for name in ("worker1", "worker2"):
        os.kill(frail.pids[name], signal.SIGTERM)
    with away(frail, "worker1", "worker2"):
        seconds = time.monotonic() - began
        print(f"two workers ended in {seconds:.1f} s")
        assert seconds < 20  # after that they would have been killed
        run = api("GET", f"/runs/{run_id}")
        assert (run["status"], run["progress"] > 0) == ("running", True)
        free = "SELECT worker IS NULL FROM engine.run WHERE id = {}"
        assert statements(frail, free.format(run_id))
    assert_calm(api, calm, run_id)
