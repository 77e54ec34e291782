"""Queries that are asked very often: Peewee writes their text once, after that only the values change.

For a row by its key Peewee takes four times as long to write the query and to dress the row as PostgreSQL's driver
takes to ask and answer.
"""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from peewee import SQL, Model


def parameter(name: str) -> SQL:
    """The place of a value in a `FixedQuery`."""
    return SQL(f"%({name})s")


def optional(name: str, condition: Any) -> Any:
    """`condition`, which holds for every row when the value `name` is None."""
    return SQL(f"%({name})s IS NULL") | condition


class FixedQuery:
    """A query whose text never changes: `build` makes it, with `parameter(…)` where values go.

    Rows become models of `model`, or dicts without one. Values are given by name with each question.
    """

    def __init__(self, build: Callable[[], Any], model: type[Model] | None = None) -> None:
        self._build = build
        self._row: Callable[..., Any] = partial(model, __no_default__=1) if model is not None else dict

    def all(self, **values: Any) -> list[Any]:
        text, constants, database = self._compiled
        cursor = database.execute_sql(text, constants | values)
        names = [column.name for column in cursor.description]
        row_of = self._row
        return [row_of(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]

    def first(self, **values: Any) -> Any | None:
        """The first row, or None; the query itself says that there is one at the most."""
        return next(iter(self.all(**values)), None)

    @cached_property
    def _compiled(self) -> tuple[str, dict[str, Any], Any]:
        """Text with names for all values, the values that the query brought itself, and the database to ask."""
        query = self._build()
        text, constants = query.sql()
        named = {f"constant_{index}": value for index, value in enumerate(constants)}
        pieces = text.split("%s")
        text = "".join(piece + f"%({name})s" for piece, name in zip(pieces, named, strict=False)) + pieces[-1]
        return text, named, query.model._meta.database
