"""The second migration on a database that has runs of the first, and back again."""

from contextlib import closing

import psycopg2
import pytest
from playhouse.migrations import Runner

from hygge_core.database import connect
from hygge_core.node_days import COLUMNS, SUM_NAMES
from services.results.tests.conftest import API, service_client
from tests.support.postgres import ROOT
from tests.support.synthetic_runs import ADDED_SUMS, SyntheticRun

DIRECTORY = ROOT / "services" / "results" / "migrations"
OLD_RUN = """
INSERT INTO runs (run_id, grid_id, grid_created_by, created_by, timezone, currency, starts_at, ends_at, step_minutes,
                  stored_step_minutes, parameters, registration_hash)
VALUES (1, 1, 7, 7, 'UTC', 'EUR', '2016-01-30', '2016-02-02', 60, 60, '{}', 'x');
INSERT INTO nodes (run_id, node_id, position, parent_id, kind, name)
VALUES (1, 1, 0, NULL, 'grid', 'G'), (1, 10, 1, 1, 'transformer', 'T'), (1, 100, 2, 10, 'house', 'H');
SELECT ensure_partitions('2016-01-30', '2016-02-01');
INSERT INTO node_days (run_id, node_id, day, starts_at, steps, load_kwh, imported_kwh, load_peak_kw, load_kw, grid_kw,
                       local_price_eur_per_kwh)
SELECT 1, node, day, day, CASE WHEN node = 10 THEN 0 ELSE 24 END, 36, 36, CASE WHEN node = 1 THEN 2.5 END,
       CASE WHEN node <> 10 THEN array_fill(1::real, ARRAY[12]) || array_fill(2::real, ARRAY[12]) END,
       CASE WHEN node <> 10 THEN array_fill(1::real, ARRAY[12]) || array_fill(2::real, ARRAY[12]) END,
       CASE WHEN node = 1 THEN array_fill('NaN'::real, ARRAY[12]) || array_fill(0.2::real, ARRAY[12]) END
FROM generate_series('2016-01-30'::date, '2016-02-01', '1 day') AS day, unnest(ARRAY[1, 10, 100]) AS node;
INSERT INTO node_days (run_id, node_id, day, starts_at, steps) VALUES (2, 5, '2016-01-31', '2016-01-31', 24);
"""


@pytest.fixture(scope="module", params=["native", pytest.param("timescale", marks=pytest.mark.containers)])
def upgraded(request):
    """A database with runs of the first migration, brought to the second."""
    where = request.getfixturevalue("database" if request.param == "native" else "timescale_database")
    with runner(where) as migrations:
        assert migrations.up("0001_results") == ["0001_results"]
    execute(where, OLD_RUN)
    assert query(where, "SELECT count(*) FROM node_days") == [(10,)]
    with runner(where) as migrations:
        assert migrations.up() == ["0002_devices_network", "0003_views_for_sql"]
    return where


class runner:  # noqa: N801
    """Migrations on a connection that is closed again."""

    def __init__(self, database):
        self.pool = connect(database.url("results"), schema="results", pool_size=1)

    def __enter__(self):
        self.pool.connect()
        return Runner(self.pool, directory=str(DIRECTORY), schema="results")

    def __exit__(self, *_):
        self.pool.close_all()


def execute(database, sql, service="results"):
    with (
        closing(
            psycopg2.connect(database.url(service), options="-c search_path=results -c timezone=UTC")
        ) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def query(database, sql, service="results"):
    return execute(database, sql, service)


def columns(database, table):
    sql = f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"
    return {name for (name,) in query(database, sql)}


def test_old_rows_have_the_new_sums_as_zeros(upgraded):
    assert columns(upgraded, "node_days") == {column.name for column in COLUMNS}
    assert columns(upgraded, "period_sums") >= set(SUM_NAMES)
    sums = " + ".join(ADDED_SUMS)
    assert query(upgraded, f"SELECT count(*), sum({sums}), sum(load_kwh) FROM node_days WHERE run_id = 1") == [
        (9, 0, 324)
    ]


def test_a_missing_largest_load_is_taken_from_the_vector_or_unknown(upgraded):
    found = query(upgraded, "SELECT DISTINCT run_id, node_id, load_peak_kw::text FROM node_days ORDER BY 1, 2")
    assert found == [(1, 1, "2.5"), (1, 10, "NaN"), (1, 100, "2"), (2, 5, "0")]
    with pytest.raises(psycopg2.errors.NotNullViolation):
        execute(
            upgraded,
            "INSERT INTO node_days (run_id, node_id, day, starts_at, steps, load_peak_kw)"
            " VALUES (3, 1, '2016-01-31', '2016-01-31', 0, NULL)",
        )


def test_the_view_shows_no_price_as_null(upgraded):
    found = query(upgraded, "SELECT count(*), count(local_price_eur_per_kwh), count(load_kw) FROM node_series")
    assert found == [(6 * 24, 3 * 12, 6 * 24)]


def test_new_rows_go_into_old_and_new_months(upgraded, tokens):
    run = SyntheticRun(run_id=7)
    with service_client(upgraded, tokens) as client:
        service = tokens.headers(0, "service")
        for old_or_new in (
            run,
            SyntheticRun(run_id=8, start=run.start.replace(year=2030), end=run.end.replace(year=2030)),
        ):
            path = f"{API}/{old_or_new.run_id}"
            assert client.put(path, json=old_or_new.registration(), headers=service).status_code == 201
            old_or_new.store(upgraded.url("engine"))
            assert client.post(f"{path}/close", json={"digest": "d"}, headers=service).status_code == 200
            found = client.get(f"{path}/summary").json()["indicators"]
            assert found["load_kwh"] == pytest.approx(run.sums()["load_kwh"][0].sum())
        # What was registered before is closed after: the node without vectors has no known peak.
        assert client.post(f"{API}/1/close", json={"digest": "d"}, headers=service).status_code == 200
        nodes = client.get(f"{API}/1/nodes").json()["items"]
        assert [node["indicators"]["load_peak_kw"] for node in nodes] == [2.5, None, 2.0]


def test_the_engine_may_make_room_after_it_too(upgraded):
    execute(upgraded, "SELECT results.ensure_partitions('2031-01-01', '2031-03-01')", service="engine")
    assert query(upgraded, "SELECT count(*) FROM node_days WHERE run_id = 0") == [(0,)]


def test_and_back_again(upgraded):
    with runner(upgraded) as migrations:
        assert [*migrations.down(), *migrations.down()] == ["0003_views_for_sql", "0002_devices_network"]
    assert not columns(upgraded, "node_days") & set(ADDED_SUMS)
    assert query(upgraded, "SELECT count(*) FROM node_days WHERE run_id IN (1, 2)") == [(10,)]
    assert query(upgraded, "SELECT count(*) FROM node_days WHERE node_id = 10 AND load_peak_kw IS NULL") == [(3,)]
    assert query(upgraded, "SELECT to_regclass('results.network_checks')") == [(None,)]
    with runner(upgraded) as migrations:
        assert migrations.up() == ["0002_devices_network", "0003_views_for_sql"]
    assert columns(upgraded, "node_days") == {column.name for column in COLUMNS}
