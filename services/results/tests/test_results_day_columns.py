"""Day sums by column against the rows that they were copied from."""

from datetime import UTC, date, datetime

import numpy as np
import psycopg2
import pytest

from hygge_core.node_days import SUM_NAMES
from hygge_results import day_columns
from hygge_results.series import service
from hygge_results.series.measures import STEPWISE, needs_vectors
from tests.support.synthetic_runs import SyntheticRun

API = "/api/v1/results"
RUN = SyntheticRun(
    run_id=1, houses=30, transformers=3, start=datetime(2016, 3, 25, 12, tzinfo=UTC),
    end=datetime(2016, 5, 2, 7, tzinfo=UTC), timezone="Europe/Berlin", step_minutes=60, import_limit_kw=20,
)  # fmt: skip
MEASURES = [*SUM_NAMES, *(name for name in STEPWISE if name != "soc_kwh" and not needs_vectors(name, "house"))]


@pytest.fixture(scope="module", autouse=True)
def run(store):
    return store(RUN)


def series(client, query, headers=None):
    answer = client.get(f"{API}/1/series?kind=house&measures={','.join(MEASURES)}&{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("resolution", ["1d", "1mo"])
@pytest.mark.parametrize(
    "span", ["", "&from=2016-03-31&to=2016-04-01", "&from=2016-03-30&to=2016-05-02", "&to=2016-04-02"]
)
def test_columns_give_what_rows_give(client, monkeypatch, resolution, span):
    fast = series(client, f"resolution={resolution}{span}")
    monkeypatch.setattr(day_columns, "read", None)  # would fail if it were called
    monkeypatch.setattr(service, "MANY_NODES", 10**6)
    assert series(client, f"resolution={resolution}{span}") == fast
    assert len(fast["node_ids"]) == RUN.houses


def test_columns_are_what_was_written(client):
    values = series(client, "resolution=1d")["values"]
    for name in SUM_NAMES:
        np.testing.assert_allclose(values[name], RUN.sums()[name][1 + RUN.transformers :], rtol=1e-12, err_msg=name)


def test_a_household_with_many_houses_gets_those_only(client, tokens, database, monkeypatch):
    owner = tokens.headers(20, "participant", username="owner7")
    monkeypatch.setattr(service, "MANY_NODES", 1)
    found = series(client, "resolution=1d", owner)
    assert found["node_ids"] == [107]
    np.testing.assert_allclose(found["values"]["load_kwh"], RUN.sums()["load_kwh"][[1 + RUN.transformers + 7]])


def test_they_can_be_read_by_sql(database):
    with psycopg2.connect(database.url("results")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.values[n.position * c.days + 2] FROM results.day_columns c JOIN results.nodes n USING (run_id)"
            " WHERE c.run_id = 1 AND c.name = 'load_kwh' AND c.first_day = '2016-04-01' ORDER BY n.position"
        )
        found = [value for (value,) in cursor]
    days = RUN.axis.days()[0]
    expected = RUN.sums()["load_kwh"][:, days.index(date(2016, 4, 2))]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_run_that_was_closed_before_there_were_columns_is_read_by_rows(client, database):
    fast = series(client, "resolution=1d")
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM results.day_columns WHERE first_day = '2016-04-01'")
    assert series(client, "resolution=1d") == fast
    assert series(client, "resolution=1d&from=2016-04-03&to=2016-04-05")["values"]["load_kwh"][0][0] is not None


def test_they_go_with_the_run(client, tokens, database, store):
    store(SyntheticRun(run_id=2))
    assert client.delete(f"{API}/2", headers=tokens.headers(0, "service")).status_code == 204
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE run_id = 2), count(*) > 0 FROM results.day_columns")
        assert cursor.fetchone() == (0, True)
