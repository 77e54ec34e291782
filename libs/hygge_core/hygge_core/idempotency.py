"""`Idempotency-Key`: a request that must not happen twice is carried out once, then answered from storage.

After the IETF draft "The Idempotency-Key HTTP Header Field" (httpapi). A key belongs to one user and one operation:

- no key: the request is carried out every time;
- a new key: carried out, and its answer is stored in the same transaction as what it created;
- the same key and the same payload: the stored answer, with `Idempotency-Replayed: true`;
- the same key and another payload: 422; while the first request is still running: 409.

Only successful answers are stored: what failed left nothing behind and may be tried again under its key. Answers live
for `lifetime` (24 hours unless the service says otherwise); afterwards a key is new again.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any

import orjson
from fastapi import Header
from peewee import DatabaseProxy, PostgresqlDatabase

from hygge_core.database import transaction
from hygge_core.errors import BadRequest, Conflict, Finding, InvalidInput

LIFETIME = timedelta(hours=24)
KEY = re.compile(r"[\x21-\x7e]{1,255}")
# For a service's migration; `schema` is the service's own.
CREATE_TABLE = """
CREATE TABLE {schema}.idempotency_key (
    scope text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint NOT NULL,
    headers json NOT NULL,
    body json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_created_at ON {schema}.idempotency_key (created_at);
"""
DROP_TABLE = "DROP TABLE {schema}.idempotency_key;"

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Up to 255 printable characters; the same key within 24 hours gives the first answer again",
    ),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, and sent again: a JSON body, its status and headers."""

    status: int
    body: Any
    headers: dict[str, str]
    replayed: bool = False


class Idempotency:
    """The stored answers of one service, in `<schema>.idempotency_key`."""

    def __init__(
        self, database: PostgresqlDatabase | DatabaseProxy, schema: str, lifetime: timedelta = LIFETIME
    ) -> None:
        self._database = database
        self._table = f"{schema}.idempotency_key"
        self._lifetime = lifetime

    def once(self, key: str | None, *, scope: str, payload: Any, work: Callable[[], Answer]) -> Answer:
        """Carry out `work` once per (scope, key), in one transaction with its stored answer.

        `scope` names the caller and the operation (`"7 POST /runs"`), `payload` is what is asked for (JSON-able).
        Raises BadRequest (malformed key), Conflict (first one still running), InvalidInput (other payload).
        """
        if key is None:
            return work()
        checked = _checked(key)
        fingerprint = hashlib.sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)).digest()
        with transaction(self._database):
            # The lock ends with the transaction, also when this process dies: no key is ever stuck.
            lock = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
            if not self._database.execute_sql(lock, (f"{self._table} {scope} {checked}",)).fetchone()[0]:
                raise Conflict("A request with this Idempotency-Key is still running; wait for its answer.")
            stored = self._stored(scope, checked, fingerprint)
            if stored is not None:
                return replace(stored, headers={**stored.headers, "Idempotency-Replayed": "true"}, replayed=True)
            answer = work()
            self._store(scope, checked, fingerprint, answer)
            return answer

    def _stored(self, scope: str, key: str, fingerprint: bytes) -> Answer | None:
        row = self._database.execute_sql(
            f"SELECT fingerprint, status, headers, body FROM {self._table}"
            " WHERE scope = %s AND key = %s AND created_at > now() - %s",
            (scope, key, self._lifetime),
        ).fetchone()
        if row is None:
            return None
        if bytes(row[0]) != fingerprint:
            raise InvalidInput([Finding("Idempotency-Key", "was used for another payload; take a new key")])
        return Answer(row[1], row[3], row[2])

    def _store(self, scope: str, key: str, fingerprint: bytes, answer: Answer) -> None:
        self._database.execute_sql(f"DELETE FROM {self._table} WHERE created_at <= now() - %s", (self._lifetime,))
        self._database.execute_sql(
            f"INSERT INTO {self._table} (scope, key, fingerprint, status, headers, body)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (
                scope, key, fingerprint, answer.status,
                orjson.dumps(answer.headers).decode(), orjson.dumps(answer.body).decode(),
            ),
        )  # fmt: skip


def _checked(key: str) -> str:
    """The key; the draft writes it as a quoted string, most clients don't: both mean the same."""
    bare = key[1:-1] if len(key) > 2 and key[0] == key[-1] == '"' else key
    if not KEY.fullmatch(bare):
        raise BadRequest("Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.")
    return bare
