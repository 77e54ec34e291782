"""What PostgreSQL tells everybody about itself: connections, size, and whether its log reaches the archive.

One service shows it; with an exporter of the database's own beside it, there is twice the same.
"""

from collections.abc import Iterator
from typing import Any

from peewee import DatabaseProxy, PeeweeException, PostgresqlDatabase
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hygge_core.database import transaction
from hygge_core.errors import HyggeError

FACTS = """
SELECT (SELECT sum(numbackends) FROM pg_stat_database), current_setting('max_connections')::int,
       pg_database_size(current_database()), archived_count, failed_count,
       extract(epoch FROM last_archived_time), extract(epoch FROM last_failed_time)
FROM pg_stat_archiver
"""


class PostgresCollector(Collector):
    """Asks when /metrics is read."""

    def __init__(self, database: PostgresqlDatabase | DatabaseProxy) -> None:
        self._database = database

    def describe(self) -> list[Metric]:
        """Nothing is asked before /metrics is read."""
        return []

    def collect(self) -> Iterator[Metric]:
        try:
            with transaction(self._database):
                row: tuple[Any, ...] = self._database.execute_sql(FACTS).fetchone()
        except (HyggeError, PeeweeException):
            return  # away: hygge_dependency_up says so
        used, most, size, archived, failed, archived_at, failed_at = row
        yield GaugeMetricFamily("hygge_postgres_connections", "Connections of all clients", value=used)
        yield GaugeMetricFamily("hygge_postgres_connections_max", "Connections that the server allows", value=most)
        yield GaugeMetricFamily("hygge_postgres_database_bytes", "Size of the database", value=size)
        yield CounterMetricFamily("hygge_postgres_wal_archived", "Log files that reached the archive", value=archived)
        yield CounterMetricFamily(
            "hygge_postgres_wal_archive_failed", "Failed tries to archive a log file", value=failed
        )
        last = GaugeMetricFamily(
            "hygge_postgres_wal_archive_timestamp_seconds", "When a log file was last archived, and last failed to be",
            labels=["outcome"],
        )  # fmt: skip
        for outcome, moment in (("archived", archived_at), ("failed", failed_at)):
            last.add_metric([outcome], float(moment or 0))
        yield last
