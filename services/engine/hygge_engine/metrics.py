"""What the engine counts.

Runs by state and queue age come from the database when /metrics is read; the rest is counted in the workers.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from hygge_core.database import transaction
from hygge_core.errors import HyggeError
from hygge_engine.base import database
from hygge_engine.runs import repository
from hygge_engine.runs.schemas import Status

PHASE_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)

HOUSE_STEPS = Counter("hygge_engine_house_steps_total", "Simulated steps times houses")
ROWS = Counter("hygge_engine_rows_written_total", "Rows copied into the results tables", ["table"])
PHASES = Histogram(
    "hygge_engine_phase_duration_seconds", "Wall time of a run's phase", ["phase"], buckets=PHASE_BUCKETS
)
FINISHED = Counter("hygge_engine_runs_finished_total", "Runs that a worker brought to an end", ["status"])
RESUMED = Counter("hygge_engine_runs_resumed_total", "Runs taken up again after a pause or a lost worker")


class QueueCollector(Collector):
    """Runs by state and the age of the oldest queued one."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            with transaction(database):
                counts, oldest = repository.counts(), repository.oldest_queued()
        except HyggeError:
            return  # the database is away: /health/ready tells it, the other metrics still come
        runs = GaugeMetricFamily("hygge_engine_runs", "Runs by state", labels=["status"])
        for status in Status:
            runs.add_metric([status], counts.get(status, 0))
        yield runs
        age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("hygge_engine_queue_age_seconds", "Age of the oldest queued run", value=max(age, 0.0))

    def describe(self) -> list[GaugeMetricFamily]:
        return []


_queue = QueueCollector()
_registered: list[QueueCollector] = []


def expose_queue() -> None:
    """Show the queue's metrics in this process (once)."""
    if not _registered:
        REGISTRY.register(_queue)
        _registered.append(_queue)
