"""What a worker says about itself over HTTP: /health/live, /health/ready and, on every other path, its metrics.

Live: its own loop that looks for forgotten work still turns, whether or not the database answers; a worker that hangs
is restarted, one whose neighbours are away is not. Ready: it takes work from the queue and was not told to stop.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

# Each round gives up on the database and on Redis after seconds; this many without one means that it hangs.
LONGEST_ROUND_SECONDS = 120.0


class Pulse:
    """The signs of life that the worker gives."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beat_at: float | None = None
        self.is_ready = False

    def beat(self) -> None:
        """A round has ended, well or not."""
        self._beat_at = self._clock()

    @property
    def is_live(self) -> bool:
        return self._beat_at is None or self._clock() - self._beat_at < LONGEST_ROUND_SECONDS


def serve(pulse: Pulse, registry: CollectorRegistry, host: str, port: int) -> int:
    """Answer in a thread of its own until the process ends; returns the port (0 takes any free one)."""
    server = make_server(host, port, _application(pulse, registry), ThreadingWSGIServer, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return int(server.server_port)


def _application(pulse: Pulse, registry: CollectorRegistry) -> Callable[..., Iterable[bytes]]:
    metrics: Callable[..., Iterable[bytes]] = make_wsgi_app(registry)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path not in ("/health/live", "/health/ready"):
            return metrics(environ, start_response)
        good = pulse.is_live if path.endswith("live") else pulse.is_ready
        start_response("200 OK" if good else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [b'{"status": "%s%s"}' % (b"" if good else b"not ", path.rpartition("/")[2].encode())]

    return answer


class _Quiet(WSGIRequestHandler):
    """Probes come every few seconds: no line for each of them."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
