"""SQL that is the same for every part of a grid. A record is a part in the shape of its JSON, with its parent's id."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from hygge_core.paging import PageRequest
from hygge_core.queries import FixedQuery, parameter
from hygge_topology.base import database
from hygge_topology.parts.tables import Part

Record = dict[str, Any]


def reserve_ids(count: int) -> list[int]:
    """New ids of the one sequence that all nodes share."""
    cursor = database.execute_sql("SELECT nextval('node_id') FROM generate_series(1, %s)", (count,))
    return [row[0] for row in cursor.fetchall()]


class PartRepository:
    """Rows of one table whose rows belong to a grid (`grid_id`) and to a parent (the column `parent`)."""

    def __init__(self, table: type[Part], parent: str) -> None:
        self.table = table
        self.parent = parent
        self.columns = [field.column_name for field in table._meta.sorted_fields]
        beyond = table.id > parameter("after")
        self._one = self._query(table.id == parameter("part_id"))
        self._children = self._query((getattr(table, parent) == parameter("parent_id")) & beyond)
        self._of_grid = self._query(table.grid_id == parameter("grid_id"))

    def to_record(self, row: Record) -> Record:
        """A row as JSON shows it."""
        return row

    def to_row(self, record: Record) -> Record:
        """JSON as the table stores it."""
        return record

    def get(self, part_id: int) -> Record | None:
        row = self._one.first(part_id=part_id, limit=None)
        return row and self.to_record(row)

    def page(self, parent_id: int, request: PageRequest) -> list[Record]:
        """Children of a parent by id, one more than the page."""
        return self._records(self._children, parent_id=parent_id, after=request.after, limit=request.limit + 1)

    def of_grid(self, grid_id: int) -> list[Record]:
        """All parts of a grid by id."""
        return self._records(self._of_grid, grid_id=grid_id, limit=None)

    def ids_of_grid(self, grid_id: int) -> set[int]:
        query: Any = self.table.select(self.table.id).where(self.table.grid_id == grid_id)
        return {row[0] for row in query.tuples()}

    def put(self, records: Sequence[Record]) -> None:
        """Insert or replace by id, any number in one statement: the server unpacks one JSON parameter into rows."""
        name = self.table._meta.table_name
        columns = ", ".join(self.columns)
        changed = ", ".join(f"{column} = excluded.{column}" for column in self.columns if column != "id")
        rows = [self.to_row(record) for record in records]
        database.execute_sql(
            f"INSERT INTO {name} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{name}, %s) "
            f"ON CONFLICT (id) DO UPDATE SET {changed}",
            (orjson.dumps(rows).decode(),),
        )

    def delete(self, ids: Iterable[int]) -> None:
        database.execute_sql(f"DELETE FROM {self.table._meta.table_name} WHERE id = ANY(%s)", (list(ids),))

    def _query(self, condition: Any) -> FixedQuery:
        """Rows by id, the first `limit` of them (all for None)."""
        return FixedQuery(
            lambda: self.table.select().where(condition).order_by(self.table.id).limit(parameter("limit"))
        )

    def _records(self, query: FixedQuery, **values: Any) -> list[Record]:
        return [self.to_record(row) for row in query.all(**values)]
