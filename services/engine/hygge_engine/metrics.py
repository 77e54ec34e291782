"""What the engine counts.

Runs by state, queue age and living workers come from the database when /metrics is read; the rest is counted in the
workers.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from peewee import PeeweeException
from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from hygge_core import metrics
from hygge_core.database import reading
from hygge_core.errors import HyggeError
from hygge_core.postgres_metrics import PostgresCollector
from hygge_engine import fleet
from hygge_engine.base import database
from hygge_engine.kernel import MEASURES
from hygge_engine.runs import repository
from hygge_engine.runs.schemas import Status
from hygge_engine.settings import Settings
from hygge_engine.simulation import DAY_SUMS, NodeResult

PHASE_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)

HOUSE_STEPS = Counter("hygge_engine_house_steps_total", "Simulated steps times houses")
ROWS = Counter("hygge_engine_rows_written_total", "Rows copied into the results tables", ["table"])
PHASES = Histogram(
    "hygge_engine_phase_duration_seconds", "Wall time of a run's phase", ["phase"], buckets=PHASE_BUCKETS
)
FINISHED = Counter("hygge_engine_runs_finished_total", "Runs that a worker brought to an end", ["status"])
RESUMED = Counter("hygge_engine_runs_resumed_total", "Runs taken up again after a pause or a lost worker")
POSTPONED = Counter("hygge_engine_runs_postponed_total", "Tries put off because a service was away")
HINTS_LOST = Counter("hygge_engine_hints_lost_total", "Hints about work that did not reach the queue")
# `pool`: between houses of a transformer, or between transformers of the grid.
TRADES = Counter("hygge_engine_trades_total", "Trades written: a house's purchase or sale in a pool and step", ["pool"])
TRADED = Counter("hygge_engine_traded_kwh_total", "Energy traded, counted at the buyer", ["pool"])
# Pool, the power of its trades, the day sum of what is bought in it.
POOLS = (
    ("transformer", MEASURES.index("shared_local_kw"), DAY_SUMS.index("bought_local_kwh")),
    ("grid", MEASURES.index("shared_grid_kw"), DAY_SUMS.index("bought_grid_kwh")),
)


def count_trades(houses: NodeResult) -> None:
    """Count what the houses traded in a window that was written."""
    for pool, power, bought in POOLS:
        # Compared first: counting booleans is several times as fast as counting numbers.
        TRADES.labels(pool).inc(int(np.count_nonzero(houses.values[:, power] != 0)))
        TRADED.labels(pool).inc(float(houses.day_sums[:, :, bought].sum()))


class QueueCollector(Collector):
    """Runs by state, the age of the oldest queued one, how long a run has not come forward, living workers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            with reading(database):
                counts, oldest = repository.counts(), repository.oldest_queued()
                stuck = repository.longest_without_progress()
                processes = fleet.fleet(self._settings).processes
        except (HyggeError, PeeweeException):
            return  # the database is away or not yet migrated: /health/ready tells it, the other metrics still come
        runs = GaugeMetricFamily("hygge_engine_runs", "Runs by state", labels=["status"])
        for status in Status:
            runs.add_metric([status], counts.get(status, 0))
        yield runs
        age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("hygge_engine_queue_age_seconds", "Age of the oldest queued run", value=max(age, 0.0))
        yield GaugeMetricFamily(
            "hygge_engine_progress_age_seconds", "Time since the running run that is furthest behind last came forward",
            value=stuck,
        )  # fmt: skip
        yield GaugeMetricFamily("hygge_engine_worker_processes", "Worker processes that are alive", value=processes)

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is asked before /metrics is read."""
        return []


def expose_queue(settings: Settings) -> None:
    """Show the queue's metrics, and the database's, in this process."""
    for collector in _shown:
        metrics.conceal(collector)
    _shown[:] = [QueueCollector(settings), PostgresCollector(database)]
    for collector in _shown:
        metrics.expose(collector, needs="database")


_shown: list[Collector] = []
