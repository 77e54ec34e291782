"""The database keeps the rules too, whoever writes to it."""

from collections.abc import Iterator

import psycopg2
import pytest

from hygge_core.database import connect
from services.topology.tests.topology_support import Callers, Client, community
from tests.support.postgres import ROOT, TestDatabase


@pytest.fixture(scope="module")
def cursor(callers: Callers, operator: Client, database: TestDatabase) -> Iterator[psycopg2.extensions.cursor]:
    operator("POST", "/grids/import", 201, json=community())
    operator("POST", "/grids", 201, json={"name": "Other"})
    connection = psycopg2.connect(database.url("topology"), options="-c search_path=topology")
    connection.autocommit = True
    yield connection.cursor()
    connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE grid SET import_limit_kw = -1",
        "UPDATE grid SET import_limit_kw = 'NaN'",
        "UPDATE grid SET export_limit_kw = 'Infinity'",
        "UPDATE grid SET name = ''",
        "UPDATE grid SET currency = 'euro'",
        "UPDATE grid SET latitude = 91",
        "UPDATE grid SET latitude = NULL",
        "UPDATE grid SET version = 0",
        "UPDATE transformer SET capacity_kw = 'NaN'",
        "UPDATE transformer SET grid_id = 0",
        "UPDATE house SET sharing_key = 1.1",
        "UPDATE house SET sharing_key = 'NaN'",
        "UPDATE house SET min_sell_price = '-Infinity'",
        "UPDATE house SET max_buy_price = 'NaN'",
        "UPDATE house SET transformer_id = 0",
        "UPDATE house SET grid_id = (SELECT id FROM grid WHERE name = 'Other')",
        "UPDATE device SET kind = 'fridge'",
        "UPDATE device SET kind = 'heater'",
        "UPDATE device SET parameters = '[]'",
        "UPDATE device SET parameters = '{}'",
        "UPDATE device SET parameters = jsonb_set(parameters, '{capacity_kwp}', '-1') WHERE kind = 'solar_panel'",
        "UPDATE device SET parameters = jsonb_set(parameters, '{capacity_kwh}', '0') WHERE kind = 'battery'",
        "UPDATE device SET parameters = jsonb_set(parameters, '{charge_efficiency}', '1.1') WHERE kind = 'battery'",
        "UPDATE device SET parameters = jsonb_set(parameters, '{min_soc}', '0.9') WHERE kind = 'battery'",
        "UPDATE device SET grid_id = (SELECT id FROM grid WHERE name = 'Other')",
        "UPDATE device SET house_id = 0",
        "UPDATE priority_list SET configuration = '{}'",
        "UPDATE priority_list SET grid_id = 0",
        "INSERT INTO flag (name) VALUES ('medical')",
        "INSERT INTO flag (name, created_by) VALUES ('x', 1), ('x', 1)",
        "INSERT INTO network (grid_id, content) VALUES (0, '{}')",
        "INSERT INTO network (grid_id, content) SELECT id, '[]' FROM grid",
        "INSERT INTO network_connection (grid_id, house_id, bus) SELECT grid_id, id, 'B' FROM house",
        "INSERT INTO snapshot (grid_id, version, hash, document) VALUES (0, 1, '', '{}')",
    ],
)
def test_the_database_refuses(cursor: psycopg2.extensions.cursor, sql: str) -> None:
    with pytest.raises(psycopg2.IntegrityError):
        cursor.execute(sql)


def test_migrations_go_down_and_up_again(database: TestDatabase, callers: Callers) -> None:
    from playhouse.migrations import Runner

    connection = connect(database.url("topology"), schema="topology", pool_size=1)
    with connection.connection_context():
        runner = Runner(connection, directory=str(ROOT / "services/topology/migrations"), schema="topology")
        runner.down("0001_topology")
        assert connection.execute_sql(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'topology'::regnamespace AND relname = 'grid'"
        ).fetchone() == (0,)
        runner.up()
        assert connection.execute_sql("SELECT count(*) FROM flag").fetchone() == (3,)
