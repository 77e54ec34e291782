"""Binary COPY in and out of a real server returns what went in."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygge_core import pgcopy
from hygge_core.pgcopy import Column
from tests.support.postgres import TestDatabase

COLUMNS = [
    Column("run_id", "bigint"),
    Column("day", "date"),
    Column("starts_at", "timestamptz"),
    Column("steps", "smallint"),
    Column("load_kw", "real[]"),
    Column("grid_kw", "real[]"),
    Column("load_kwh", "double precision"),
]
TABLE = (
    "CREATE TABLE IF NOT EXISTS copied (run_id bigint, day date, starts_at timestamptz, steps smallint,"
    " load_kw real[], grid_kw real[], load_kwh double precision)"
)


@pytest.fixture(scope="module")
def cursor(database: TestDatabase) -> Iterator[Any]:
    connection = psycopg2.connect(database.admin_url)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        yield cursor
    connection.close()


def rows(count: int, length: int, seed: int) -> dict[str, np.ndarray[Any, Any]]:
    random = np.random.default_rng(seed)
    return {
        "run_id": np.arange(count),
        "day": np.datetime64("2016-03-27") + np.arange(count),
        "starts_at": np.datetime64("2016-03-26T23:00:00") + np.arange(count) * np.timedelta64(1, "D"),
        "steps": np.full(count, length),
        "load_kw": random.normal(size=(count, length)).astype(np.float32),
        "load_kwh": random.normal(size=count),
    }


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(count=st.integers(1, 40), length=st.sampled_from([23, 92, 96, 100]), seed=st.integers(0, 2**32 - 1))
def test_what_is_copied_in_comes_out(cursor: Any, count: int, length: int, seed: int) -> None:
    cursor.execute("TRUNCATE copied")
    values = rows(count, length, seed)
    pgcopy.copy_in(cursor, "copied", COLUMNS, [pgcopy.encode(COLUMNS, values, rows=count)])

    scalars = [COLUMNS[0], COLUMNS[1], COLUMNS[2], COLUMNS[6]]
    out = pgcopy.decode(
        pgcopy.copy_out(cursor, "SELECT run_id, day, starts_at, load_kwh FROM copied ORDER BY run_id"), scalars
    )
    assert (out["run_id"] == values["run_id"]).all()
    assert (pgcopy.dates(out["day"]) == values["day"]).all()
    assert (pgcopy.timestamps(out["starts_at"]) == values["starts_at"]).all()
    assert (out["load_kwh"] == values["load_kwh"]).all()
    data = pgcopy.copy_out(cursor, "SELECT load_kw FROM copied ORDER BY run_id")
    (load,) = pgcopy.decode_vectors(data, 1)
    assert load.tobytes() == values["load_kw"].tobytes()


def test_a_column_without_values_is_null_and_blocks_of_different_layout_go_in_one_copy(cursor: Any) -> None:
    cursor.execute("TRUNCATE copied")
    with_grid = rows(2, 92, 1) | {"grid_kw": np.ones((2, 92), np.float32)}
    blocks = [pgcopy.encode(COLUMNS, rows(3, 96, 0), rows=3), pgcopy.encode(COLUMNS, with_grid, rows=2)]
    pgcopy.copy_in(cursor, "copied", COLUMNS, blocks)
    cursor.execute("SELECT count(*), count(grid_kw), sum(cardinality(load_kw)) FROM copied")
    assert cursor.fetchone() == (5, 2, 3 * 96 + 2 * 92)


def test_four_doubles_travel_in_one_value_as_they_are(cursor: Any) -> None:
    given = [[3.0, -0.0, -1.5, 1e-300], [np.nan, np.inf, -np.inf, 5e-324], [2.0, 2.0, 1.0, 1.0]]
    listed = ", ".join("({}, {}::float8, {}::float8, {}::float8, {}::float8)".format(i, *(f"'{v}'" for v in row))
                       for i, row in enumerate(given))  # fmt: skip
    query = f"SELECT i, lseg(point(a, b), point(c, d)) FROM (VALUES {listed}) AS v(i, a, b, c, d) ORDER BY i"
    rows = pgcopy.decode(pgcopy.copy_out(cursor, query), [Column("i", "integer"), Column("four", "lseg")])
    assert rows["four"].astype(np.float64).tobytes() == np.asarray(given).tobytes()


def test_texts_of_one_length_are_copied_in(cursor: Any) -> None:
    columns = [Column("label", "text"), Column("segment", "lseg")]
    cursor.execute("CREATE TEMP TABLE labelled (label text, segment lseg)")
    blocks = [
        pgcopy.encode(columns, {"label": np.full(2, label.encode()), "segment": np.arange(8.0).reshape(2, 4)}, rows=2)
        for label in ("run", "2016-01")
    ]
    pgcopy.copy_in(cursor, "labelled", columns, blocks)
    cursor.execute("SELECT label, count(*), max(segment::text) FROM labelled GROUP BY label ORDER BY label DESC")
    assert cursor.fetchall() == [("run", 2, "[(4,5),(6,7)]"), ("2016-01", 2, "[(4,5),(6,7)]")]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1, NULL::float8",
        "SELECT g, CASE WHEN g <> 2500 THEN 1.5::float8 END FROM generate_series(1, 5000) AS g",
        # NULLs that make up for each other in bytes, and other columns of the same width.
        "SELECT g, nullif(1.5::float8, 1.5) FROM generate_series(1, 12) AS g",
        "SELECT 1.5::float8, 1",
        "SELECT 1",
        "SELECT 1, 1.5::float8, 2",
    ],
)
def test_rows_of_another_layout_are_refused(cursor: Any, query: str) -> None:
    columns = [Column("a", "integer"), Column("b", "double precision")]
    with pytest.raises(ValueError, match="NULL"):
        pgcopy.decode(pgcopy.copy_out(cursor, query), columns)


def test_no_rows_are_an_empty_array(cursor: Any) -> None:
    data = pgcopy.copy_out(cursor, "SELECT 1 WHERE false")
    assert len(pgcopy.decode(data, [Column("a", "integer")])) == 0


@pytest.mark.parametrize("answer", [b"", b"1,2\n" * 9, pgcopy.HEADER, pgcopy.HEADER + b"\0\1"])
def test_an_answer_that_is_not_whole_is_refused(answer: bytes) -> None:
    class Cursor:
        def copy_expert(self, sql: str, file: Any, size: int = 0) -> None:
            file.write(answer)

    with pytest.raises(ValueError, match="whole answer"):
        pgcopy.copy_out(Cursor(), "SELECT 1")
