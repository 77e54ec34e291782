"""The dashboard of a community's results: each of its queries on a real database, as Grafana's own role."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest

from hygge_core.provision import GRAFANA, SERVICES, provision
from services.results.tests.conftest import client, store
from tests.deploy import promql
from tests.support.postgres import PASSWORD, Server, TestDatabase
from tests.support.synthetic_runs import GRID_ID, SyntheticRun

__all__ = ["client", "store"]

START, END = "2016-01-01T00:00:00Z", "2016-01-04T00:00:00Z"
QUERIES = list(promql.panels("grafana-postgresql-datasource"))
Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def run(store: Callable[[SyntheticRun], SyntheticRun]) -> SyntheticRun:
    return store(SyntheticRun(run_id=7))


@pytest.fixture(scope="module")
def reader(database: TestDatabase, run: SyntheticRun) -> Iterator[psycopg2.extensions.connection]:
    """Provisioned after the migrations, as where Grafana comes later."""
    provision(database.admin_url, {**dict.fromkeys(SERVICES, PASSWORD), GRAFANA: PASSWORD})
    connection = psycopg2.connect(database.url(GRAFANA))
    connection.autocommit = True
    yield connection
    connection.close()


@pytest.fixture
def ask(reader: psycopg2.extensions.connection) -> Ask:
    def asked(query: str) -> list[tuple[Any, ...]]:
        with reader.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    return asked


def as_grafana_sends(query: str, run_id: int | str = 7, node_id: int | str = GRID_ID) -> str:
    """The query with Grafana's macros and variables replaced as its PostgreSQL source does it."""
    query = re.sub(r"\$__timeFilter\((\w+)\)", rf"\1 BETWEEN '{START}' AND '{END}'", query)
    query = re.sub(
        r"\$__timeGroupAlias\((\w+), \$__interval\)", r'floor(extract(epoch from \1)/900)*900 AS "time"', query
    )
    query = query.replace("$__timeFrom()", f"'{START}'").replace("$__timeTo()", f"'{END}'")
    query = query.replace("${run:sqlstring}", f"'{run_id}'").replace("${node:sqlstring}", f"'{node_id}'")
    assert "$" not in query, query
    return query


@pytest.mark.parametrize("panel", QUERIES, ids=lambda panel: panel[1])
def test_each_query_answers(panel: tuple[str, str, dict[str, Any]], ask: Ask) -> None:
    assert ask(as_grafana_sends(panel[2]["rawSql"]))
    # Before a run is chosen the variables are empty: nothing to show, and no error.
    ask(as_grafana_sends(panel[2]["rawSql"], "", ""))


def test_the_choices_are_the_runs_and_their_nodes(ask: Ask, run: SyntheticRun) -> None:
    import json

    board = json.loads((promql.DASHBOARDS[0].parent / "community.json").read_text(encoding="utf-8"))
    runs, nodes = (ask(as_grafana_sends(choice["query"])) for choice in board["templating"]["list"])
    assert runs == [("Run 7 (7)", 7)]
    assert [node for _, node in nodes] == run.node_ids.tolist()


def test_figures_are_those_of_the_run(ask: Ask, run: SyntheticRun) -> None:
    sql = {title: as_grafana_sends(target["rawSql"]) for _, title, target in QUERIES}
    for title, name in (("Load", "load_kwh"), ("Imported", "imported_kwh")):
        assert ask(sql[title])[0][0] == pytest.approx(run.sums()[name][0].sum())
    power = ask(sql["Power (mean)"])
    assert len(power) == run.axis.steps
    assert [row[1] for row in power] == pytest.approx(run.measures["load_kw"][0].tolist(), rel=1e-6)
    houses = ask(sql["Houses over the whole run (money in the grid's currency)"])
    assert len(houses) == run.houses
    assert houses[0][2] == pytest.approx(run.sums()["load_kwh"][1 + run.transformers].sum())
    loading = ask(sql["Loading of the transformers (largest)"])
    net = run.measures["grid_kw"][1] + run.measures["shared_grid_kw"][1]
    first = [row[2] for row in loading if row[1] == "T0"]
    assert first == pytest.approx((abs(net) / run.transformer_kw).tolist(), rel=1e-5)


@pytest.mark.parametrize("table", ["results.runs", "results.nodes", "results.node_days", "gateway.users", "engine.run"])
def test_the_reader_sees_no_table(ask: Ask, table: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(f"SELECT * FROM {table} LIMIT 1")


def test_the_reader_changes_nothing(ask: Ask) -> None:
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ReadOnlySqlTransaction)):
        ask("DELETE FROM results.run_list")


def test_no_view_tells_who_lives_where(ask: Ask) -> None:
    columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'results'"
    assert not [row for row in ask(columns) if row[1] in ("owner", "parameters", "flags", "created_by")]


def test_a_role_that_is_there_gets_the_views_with_the_migration(postgres: Server, reader: object) -> None:
    """The other order: the role first, then the schema."""
    other = postgres.new_database()
    other.migrate("results")
    connection = psycopg2.connect(other.url(GRAFANA))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM results.node_series, results.run_list")
        assert cursor.fetchone() == (0,)
    connection.close()
