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


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
