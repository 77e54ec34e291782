"""The Celery application of the workers: `celery -A hygge_engine.worker:app worker --concurrency N`.

Each worker process works on one run or shard at a time. A thread beside them looks every few seconds for those that
nobody works on (their hint was lost, or their worker died) and sends a hint for them; the first time right at the
start. It also tells how many processes there are and what memory they have: estimates are made from that.
"""

from hygge_engine import multiprocess  # isort: skip - sets what prometheus_client reads when it is imported

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import uuid
from functools import cache
from importlib.metadata import version
from multiprocessing.sharedctypes import RawValue
from typing import Any

import structlog
from celery import signals
from opentelemetry.instrumentation.celery import CeleryInstrumentor

from hygge_core import metrics, telemetry
from hygge_core.database import connect, transaction
from hygge_engine import fleet, health
from hygge_engine.base import SCHEMA, database
from hygge_engine.clients import connect_services
from hygge_engine.fleet import memory_bytes
from hygge_engine.jobs import WORK, CeleryHints, make_celery, sweep
from hygge_engine.settings import Settings
from hygge_engine.warmup import warm_up
from hygge_engine.workers import Worker

SERVICE = "hygge-engine-worker"
settings = Settings.load()
app = make_celery(settings)
logger = structlog.get_logger("hygge.worker")
# Shared with the forked processes: they hand their runs on after the window at hand.
_stopping = RawValue(ctypes.c_bool, False)
_no_more_sweeps = threading.Event()
_pulse = health.Pulse()


@app.task(name=WORK)  # type: ignore[untyped-decorator]
def work(run_id: int) -> None:
    """Work on this run or one of its shards, or on the oldest that nobody works on."""
    _worker(os.getpid()).work(run_id)


@cache
def _worker(pid: int) -> Worker:
    """The worker of this process: connections and names are never shared across a fork."""
    _connect_database()
    name = f"{socket.gethostname()}:{pid}:{uuid.uuid4().hex[:8]}"
    hints = CeleryHints(app, settings)
    return Worker(name, connect_services(settings), settings, stopping=lambda: bool(_stopping.value), hints=hints)


def _connect_database() -> None:
    pool_size = settings.writers + 2  # and the lease, and the worker itself
    database.initialize(connect(settings.database_url.get_secret_value(), schema=SCHEMA, pool_size=pool_size))


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def _log_as_json(**_: Any) -> None:
    telemetry.configure_logging(SERVICE, settings.log_level)


@signals.worker_init.connect  # type: ignore[untyped-decorator]
def _before_fork(**_: Any) -> None:
    started = time.perf_counter()
    warm_up()
    logger.info("warm", seconds=round(time.perf_counter() - started, 2))
    metrics.note_build(version("hygge-engine"), settings.environment)
    if settings.worker_metrics_port:
        health.serve(_pulse, metrics.registry(), settings.host, settings.worker_metrics_port)


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]
def _in_process(**_: Any) -> None:
    """Exporters have threads, which do not survive a fork: tracing begins in each process."""
    telemetry.configure_tracing(SERVICE, settings.otlp_endpoint, settings.trace_ratio)
    CeleryInstrumentor().instrument()
    _worker(os.getpid())


@signals.worker_ready.connect  # type: ignore[untyped-decorator]
def _start_sweeping(sender: Any = None, **_: Any) -> None:
    processes = getattr(getattr(sender, "controller", None), "concurrency", None) or 1
    _pulse.is_ready = True
    if settings.sweep_seconds:
        threading.Thread(target=_sweep, args=(int(processes),), name="sweep", daemon=True).start()
    if settings.compile_ahead:
        threading.Thread(target=_compile_ahead, name="compile", daemon=True).start()


def _compile_ahead() -> None:
    """In a process of its own: a fork in the middle of compiling would leave the compiler locked in the child."""
    subprocess.run([sys.executable, "-m", "hygge_engine.warmup"], stdin=subprocess.DEVNULL, check=False)


def _sweep(processes: int) -> None:
    _connect_database()
    hints = CeleryHints(app, settings)
    name = f"{socket.gethostname()}:{os.getpid()}"
    memory = settings.max_memory_bytes or memory_bytes() // processes
    while True:
        try:
            with transaction(database):
                fleet.report(name, processes, memory)
            sent = sweep(hints)
            if sent:
                logger.info("hints sent again", runs=sent)
        except Exception as error:  # the next round tries again; a sweep must never end
            logger.warning("sweep failed", error=repr(error))
        _pulse.beat()
        if _no_more_sweeps.wait(settings.sweep_seconds):
            return


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_soon(**_: Any) -> None:
    _stopping.value = True
    _pulse.is_ready = False


@signals.worker_shutdown.connect  # type: ignore[untyped-decorator]
def _stop(**_: Any) -> None:
    _no_more_sweeps.set()
    shutil.rmtree(multiprocess.DIRECTORY, ignore_errors=True)
