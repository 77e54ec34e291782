"""`python -m hygge_core.serve SERVICE`: serve one service as its settings say, on a laptop as in a cluster.

SIGTERM: no new connections, requests in flight get `shutdown_seconds` to end, then the process ends with 0.
"""

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import uvicorn

from hygge_core.http_guard import GuardedHttp
from hygge_core.provision import SERVICES
from hygge_core.settings import CoreSettings

# nginx's default. Shorter, and every pause of a reader ends in a new connection.
KEEP_ALIVE_SECONDS = 75


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in SERVICES:
        sys.exit(f"Usage: python -m hygge_core.serve {'|'.join(SERVICES)}")
    serve(sys.argv[1])


def serve(service: str) -> None:
    """Serve until a signal ends it."""
    settings: CoreSettings = import_module(f"hygge_{service}.settings").Settings.load()
    if settings.processes > 1:
        _count_together(service)
    uvicorn.run(
        f"hygge_{service}.main:app_factory",
        factory=True,
        loop="hygge_core.loop:Loop",
        http=GuardedHttp,
        host=settings.host,
        port=settings.port,
        workers=settings.processes,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        ssl_certfile=_text(settings.tls_certificate_file),
        ssl_keyfile=_text(settings.tls_key_file),
    )


def _count_together(service: str) -> None:
    """So that /metrics says the same whichever process answers. Read by prometheus_client when it is imported."""
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix=f"hygge-{service}-metrics-"))


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None


if __name__ == "__main__":
    main()
