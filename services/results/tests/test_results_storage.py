"""The tables: what the shared column list says, rights of the engine's role, partitions or chunks, the SQL view."""

from datetime import UTC, datetime

import numpy as np
import psycopg2
import pytest

from hygge_core.node_days import COLUMNS, FLOW_COLUMNS, MEASURE_NAMES
from services.results.tests.conftest import API, service_client
from tests.support.synthetic_runs import SyntheticRun

RUN = SyntheticRun(
    run_id=1, houses=4, start=datetime(2016, 3, 26, tzinfo=UTC), end=datetime(2016, 4, 2, tzinfo=UTC),
    timezone="Europe/Berlin",
)  # fmt: skip


@pytest.fixture(scope="module", params=["native", pytest.param("timescale", marks=pytest.mark.containers)])
def stored(request, tokens):
    """A closed run on native partitions and on TimescaleDB, with its client."""
    where = request.getfixturevalue("database" if request.param == "native" else "timescale_database")
    where.migrate("results")
    with service_client(where, tokens) as client:
        service = tokens.headers(0, "service")
        assert client.put(f"{API}/1", json=RUN.registration(), headers=service).status_code == 201
        RUN.store(where.url("engine"))
        assert client.post(f"{API}/1/close", json={"digest": "d"}, headers=service).status_code == 200
        yield request.param, where, client


def query(database, sql, service="results"):
    with psycopg2.connect(database.url(service)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def columns_of(database, table):
    return query(
        database,
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        f" WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum",
    )


def test_tables_have_the_columns_of_the_shared_list(stored):
    _, database, _ = stored
    names = {"timestamp with time zone": "timestamptz"}
    for table, expected in (("results.node_days", COLUMNS), ("results.flows", FLOW_COLUMNS)):
        found = [(name, names.get(kind, kind)) for name, kind in columns_of(database, table)]
        assert sorted(found) == sorted((column.name, column.type) for column in expected)


def test_the_table_is_of_the_kind_that_the_server_offers(stored):
    kind, database, _ = stored
    if kind == "timescale":
        sql = "SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_name = 'node_days'"
        assert query(database, sql)[0][0] >= 1
        return
    sql = "SELECT relid::regclass::text FROM pg_partition_tree('results.node_days') WHERE isleaf ORDER BY 1"
    names = [name.removeprefix("results.") for (name,) in query(database, sql)]
    assert names == ["node_days_2016_03", "node_days_2016_04"]


def test_rows_stay_in_their_page(stored):
    kind, database, _ = stored
    chunk = query(
        database,
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'results.node_days'::regclass LIMIT 1",
    )[0][0]
    options = query(database, f"SELECT reloptions FROM pg_class WHERE oid = '{chunk}'::regclass")[0][0]
    assert "toast_tuple_target=8160" in options, kind
    apart = f"SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = '{chunk}'::regclass"
    assert query(database, apart) == [(0,)]


def test_the_view_gives_every_step_of_every_node(stored):
    _, database, _ = stored
    for node in (1, 100, 101):
        names = ", ".join(MEASURE_NAMES[:-1])
        rows = query(database, f"SELECT ts, {names} FROM results.node_series WHERE node_id = {node} ORDER BY ts")
        stamps = [row[0].replace(tzinfo=None) for row in rows]
        assert stamps == RUN.axis.timestamps().tolist()
        index = RUN.node_ids.tolist().index(node)
        for column, name in enumerate(MEASURE_NAMES[:-1]):
            values = [row[1 + column] for row in rows]
            np.testing.assert_allclose(values, RUN.measures[name][index], rtol=1e-6, err_msg=name)
    # A price of nothing is no price: houses have none.
    assert query(database, "SELECT count(local_price_eur_per_kwh) FROM results.node_series WHERE node_id = 100") == [
        (0,)
    ]


def test_both_kinds_give_the_same_indicators(stored, tokens):
    _, _, client = stored
    body = client.get(f"{API}/1/summary").json()["indicators"]
    assert body["load_kwh"] == pytest.approx(RUN.sums()["load_kwh"][0].sum())
    assert body["import_peak_kw"] == pytest.approx(RUN.sums()["import_peak_kw"][0].max())
    series = client.get(f"{API}/1/series?node_id=101&measures=grid_kw").json()["values"]["grid_kw"]
    np.testing.assert_allclose(series, RUN.measures["grid_kw"][RUN.node_ids.tolist().index(101)], rtol=1e-6)
    daily = client.get(f"{API}/1/series?kind=house&resolution=1d&measures=load_kwh").json()["values"]["load_kwh"]
    np.testing.assert_allclose(daily, RUN.sums()["load_kwh"][1 + RUN.transformers :])


def test_the_engine_writes_and_removes_but_does_no_more(stored):
    _, database, _ = stored
    with psycopg2.connect(database.url("engine")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT results.ensure_partitions('2016-05-31', '2016-06-01')")
        cursor.execute("INSERT INTO results.node_days (run_id, node_id, day, starts_at, steps)"
                       " VALUES (9, 1, '2016-06-01', '2016-06-01', 0)")  # fmt: skip
        cursor.execute("DELETE FROM results.node_days WHERE run_id = 9")
        assert cursor.rowcount == 1
    for forbidden in (
        "SELECT * FROM results.runs",
        "UPDATE results.node_days SET load_kwh = 0",
        "DROP TABLE results.flows",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query(database, forbidden, service="engine")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query(database, "SELECT results.ensure_partitions('2016-01-01', '2016-01-01')", service="profiles")


def test_a_run_written_twice_is_refused_by_the_key(stored):
    _, database, _ = stored
    with pytest.raises(psycopg2.errors.UniqueViolation):
        RUN.store(database.url("engine"))


def test_partitions_made_by_many_at_once_are_made_once(stored):
    from concurrent.futures import ThreadPoolExecutor

    _, database, _ = stored
    sql = "SELECT results.ensure_partitions('2030-01-01', '2030-12-31')"
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(lambda _: query(database, sql), range(8)))) == 8
