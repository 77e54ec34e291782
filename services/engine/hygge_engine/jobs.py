"""Celery on Redis carries hints: "there is work, perhaps on this run". The truth about runs is in PostgreSQL.

A lost hint delays a run until the next sweep, a doubled one finds nothing to do.
"""

import time
from typing import Protocol

import redis
import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from hygge_core.database import transaction
from hygge_engine import metrics
from hygge_engine.base import database
from hygge_engine.runs import repository
from hygge_engine.settings import Settings
from hygge_engine.shards import repository as shards

QUEUE = "hygge.runs"
WORK = "hygge_engine.work"
# A worker has time; somebody who has just sent a run has not.
WORKER_PATIENCE_SECONDS, API_PATIENCE_SECONDS = 30.0, 2.0
# A Redis that did not take a hint is left alone for so long: the sweep will find the run, and nobody waits.
PAUSE_SECONDS = 5.0
logger = structlog.get_logger("hygge.jobs")


def make_celery(settings: Settings, patience_seconds: float = WORKER_PATIENCE_SECONDS) -> Celery:
    """The Celery application: acknowledged late, one job at a time, no results, no ETA.

    patience_seconds: silence that counts as a Redis that hangs. Workers ask for jobs for a second at a time.
    """
    app = Celery("hygge-engine", broker=settings.redis_url)
    app.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        # Importing and warming the numeric core may take longer than Celery's 4 seconds.
        worker_proc_alive_timeout=60.0,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": settings.visibility_timeout_seconds,
            "socket_connect_timeout": 3.0,
            "socket_timeout": patience_seconds,
        },
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0.0, "interval_step": 0.2, "interval_max": 0.2},
    )
    return app


class Hints(Protocol):
    """Where hints go."""

    def send(self, run_id: int) -> None: ...

    def waiting(self) -> int: ...


class CeleryHints:
    """Hints as Celery jobs."""

    def __init__(self, app: Celery, settings: Settings) -> None:
        self._app = app
        self._away_until = 0.0
        self._redis = redis.Redis.from_url(settings.redis_url, socket_connect_timeout=3.0, socket_timeout=3.0)

    def send(self, run_id: int) -> None:
        """Tell the workers. When Redis is away the run waits for a sweep: it is stored already."""
        if time.monotonic() < self._away_until:
            metrics.HINTS_LOST.inc()
            return
        try:
            self._app.send_task(WORK, args=[run_id])
        except (OperationalError, redis.RedisError, OSError) as error:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            metrics.HINTS_LOST.inc()
            logger.warning("hint not sent", run_id=run_id, error=repr(error))

    def waiting(self) -> int:
        """Hints that no worker has taken."""
        return int(self._redis.llen(QUEUE))

    def ping(self) -> None:
        self._redis.ping()


def sweep(hints: Hints) -> int:
    """Send hints for runs and shards that nobody works on, beyond the hints that wait already; how many were sent.

    Finds those whose hint was lost and those whose worker died (their lease has ended).
    """
    with transaction(database):
        forgotten = sorted([*repository.claimable(), *shards.claimable()])
    missing = forgotten[hints.waiting() :] if forgotten else []
    for run_id in missing:
        hints.send(run_id)
    return len(missing)
