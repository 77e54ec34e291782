"""What a worker's probes get to see."""

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter

from hygge_engine.health import LONGEST_ROUND_SECONDS, Pulse, serve


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pulse(clock):
    return Pulse(clock)


@pytest.fixture
def url(pulse):
    registry = CollectorRegistry()
    Counter("hygge_test_things", "Things", registry=registry).inc(3)
    return f"http://127.0.0.1:{serve(pulse, registry, '127.0.0.1', 0)}"


def status(url, kind):
    answer = httpx.get(f"{url}/health/{kind}")
    return answer.status_code, answer.json()["status"]


def test_a_worker_that_starts_is_live_but_not_ready(url):
    assert status(url, "live") == (200, "live")
    assert status(url, "ready") == (503, "not ready")


def test_it_is_ready_while_it_takes_work(url, pulse):
    pulse.is_ready = True
    assert status(url, "ready") == (200, "ready")
    pulse.is_ready = False
    assert status(url, "ready") == (503, "not ready")


def test_a_loop_that_hangs_is_not_live_and_one_that_turns_again_is(url, pulse, clock):
    pulse.beat()
    assert status(url, "live") == (200, "live")
    clock.now += LONGEST_ROUND_SECONDS
    assert status(url, "live") == (503, "not live")
    pulse.beat()
    assert status(url, "live") == (200, "live")


def test_metrics_come_from_the_same_port(url):
    assert "hygge_test_things_total 3.0" in httpx.get(f"{url}/metrics").text
