"""The connection pool, with what shows whether it is large enough; a dead connection is noticed before it is used."""

import select
import time
from typing import Any

import psycopg2
from peewee import OperationalError
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from hygge_core import metrics

# A server that does not even refuse costs each try its whole timeout; who waits behind such a try is told at once.
SLOW_FAILURE_SECONDS = 1.0
PAUSE_SECONDS = 1.0


class MeasuredPool(PooledPostgresqlDatabase):  # type: ignore[misc]
    """Counts its connections and the waits for them, under the name of its schema."""

    def __init__(self, *args: Any, pool_name: str, max_connections: int, **options: Any) -> None:
        self._used = metrics.POOL_USED.labels(pool_name)
        self._pending = metrics.POOL_PENDING.labels(pool_name)
        self._waited = metrics.POOL_WAIT.labels(pool_name)
        self._timeouts = metrics.POOL_TIMEOUTS.labels(pool_name)
        self._most = metrics.POOL_MAX.labels(pool_name)
        self._fails_until = 0.0
        super().__init__(*args, max_connections=max_connections, **options)

    def connect(self, reuse_if_open: bool = False) -> bool:
        """As Peewee's, timed."""
        started = time.perf_counter()
        self._pending.inc()
        try:
            return bool(super().connect(reuse_if_open))
        except MaxConnectionsExceeded:
            self._timeouts.inc()
            raise
        finally:
            self._pending.dec()
            self._waited.observe(time.perf_counter() - started)

    def _connect(self) -> Any:
        connection = self._connect_or_fail_fast()
        # Here, not when it is made: a forked process counts its own.
        self._most.set(self._max_connections)
        self._used.set(len(self._in_use))
        return connection

    def _connect_or_fail_fast(self) -> Any:
        """One try at a time, under the pool's lock; those who waited for a slow one that failed don't repeat it."""
        with self._pool_lock:
            started = time.monotonic()
            if not self._connections and started < self._fails_until:
                raise OperationalError("the database did not answer a moment ago")
            try:
                return super()._connect()
            except (OperationalError, psycopg2.OperationalError):
                ended = time.monotonic()
                if ended - started > SLOW_FAILURE_SECONDS:
                    self._fails_until = ended + PAUSE_SECONDS
                raise

    def _is_closed(self, conn: Any) -> bool:
        """A server that ends says so and closes: an idle connection with something to read is not used again.

        Peewee would ask each connection with a query instead, one after the other, before each transaction.
        """
        if conn.closed or conn.info.transaction_status != TRANSACTION_STATUS_IDLE:
            return True
        poller = select.poll()
        poller.register(conn.fileno(), select.POLLIN | select.POLLPRI)
        return bool(poller.poll(0))

    def _close(self, conn: Any, close_conn: bool = False) -> None:
        super()._close(conn, close_conn)
        self._used.set(len(self._in_use))

    def close_all(self) -> None:
        """As Peewee's."""
        super().close_all()
        self._used.set(len(self._in_use))
