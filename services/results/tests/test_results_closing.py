"""Closing: months read ahead, sums of periods with what is unknown, sums that are zero, and what is missing."""

import threading
from datetime import UTC, date, datetime

import numpy as np
import psycopg2
import pytest

from hygge_core.database import transaction
from hygge_core.errors import Unavailable
from hygge_results import node_days
from hygge_results.base import database as pool
from hygge_results.indicators import repository
from hygge_results.indicators.periods import PEAKS, VALUE_NAMES, Period
from tests.support.synthetic_runs import SyntheticRun

API = "/api/v1/results"
START, END = datetime(2016, 1, 30, 12, tzinfo=UTC), datetime(2016, 4, 2, 7, tzinfo=UTC)
RUN = SyntheticRun(run_id=1, houses=6, start=START, end=END, timezone="Europe/Berlin", step_minutes=60)
SPANS = [
    (date(2016, 1, 30), date(2016, 1, 31)),
    (date(2016, 2, 1), date(2016, 2, 29)),
    (date(2016, 3, 1), date(2016, 3, 31)),
    (date(2016, 4, 1), date(2016, 4, 5)),
]


@pytest.fixture(scope="module", autouse=True)
def run(store):
    return store(RUN)


def query(database, sql):
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def require_same(found, expected):
    assert (found.days == expected.days).all()
    assert (found.steps == expected.steps).all()
    assert list(found.values) == list(expected.values)
    for name, values in expected.values.items():
        assert found.values[name].tobytes() == values.tobytes(), name


@pytest.mark.parametrize("turned", [False, True])
def test_months_read_ahead_are_the_months(turned):
    nodes = RUN.node_ids.tolist()[:: -1 if turned else 1]
    with transaction(pool):
        found = list(node_days.day_sums_ahead(1, nodes, SPANS))
        assert len(found) == len(SPANS)
        for sums, span in zip(found, SPANS, strict=True):
            require_same(sums, node_days.day_sums(1, nodes, *span))
    for name, sums in RUN.sums().items():
        joined = np.concatenate([month.values[name] for month in found], axis=1)
        stored = sums[:: -1 if turned else 1]
        assert (joined[:, : stored.shape[1]] == stored).all(), name
        # The run ends on 2 April: what is not there is NaN.
        assert np.isnan(joined[:, stored.shape[1] :]).all() and (found[-1].steps[:, 2:] == -1).all()


def test_without_a_spare_connection_months_are_read_one_after_the_other(monkeypatch):
    caller, refused = threading.get_ident(), []

    def own_connection_only(database):
        if threading.get_ident() != caller:
            refused.append(1)
            raise Unavailable("The pool is empty.")
        return transaction(database)

    monkeypatch.setattr(node_days, "reading", own_connection_only)
    with transaction(pool):
        nodes = RUN.node_ids.tolist()
        for sums, span in zip(node_days.day_sums_ahead(1, nodes, SPANS), SPANS, strict=True):
            require_same(sums, node_days.day_sums(1, nodes, *span))
    assert len(refused) == 1  # it is asked for once


def test_a_reader_that_is_left_alone_ends_with_its_connection(client):
    with transaction(pool):
        read = node_days.day_sums_ahead(1, RUN.node_ids.tolist(), SPANS)
        next(read)
        read.close()
    assert not [thread for thread in threading.enumerate() if "ThreadPoolExecutor" in thread.name]
    assert len(pool._in_use) == 0


def test_a_day_missing_in_a_later_month_closes_nothing(client, database, tokens):
    service = tokens.headers(0, "service")
    run = SyntheticRun(run_id=2, houses=6, start=START, end=END, timezone="Europe/Berlin", step_minutes=60)
    assert client.put(f"{API}/2", json=run.registration(), headers=service).status_code == 201
    run.store(database.url("engine"))
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM results.node_days WHERE run_id = 2 AND node_id = 103 AND day >= '2016-03-31'")
    answer = client.post(f"{API}/2/close", json={"digest": "d"}, headers=service)
    assert answer.status_code == 409, answer.text
    assert "1 day(s) are missing, the first is 2016-03-31 of node 103" in answer.json()["detail"]
    for table in ("period_sums", "day_columns"):
        assert query(database, f"SELECT count(*) FROM results.{table} WHERE run_id = 2") == [(0,)]


def test_sums_of_zero_take_no_room(database):
    sql = "SELECT name, first_day, cardinality(values), days FROM results.day_columns WHERE run_id = 1"
    found = {(name, day): (count, days) for name, day, count, days in query(database, sql)}
    days = RUN.axis.days()[0]
    for (name, first), (count, length) in found.items():
        at = days.index(first)
        values = RUN.sums()[name][:, at : at + length]
        assert count == (values.size if values.any() else 0), name
    assert {count for (name, _), (count, _) in found.items() if name == "driven_kwh"} == {0}


def test_sums_of_periods_come_back_with_what_is_unknown():
    random = np.random.default_rng(0)
    count = len(RUN.node_ids)
    values = {name: random.normal(size=count) for name in VALUE_NAMES}
    for name in ("load_peak_kw", "hours_above_80_percent", "hours_above_100_percent"):
        values[name][random.random(count) < 0.5] = np.nan
    times = {}
    for name in PEAKS.values():
        times[name] = np.datetime64("2016-01-31T23:15:00") + random.integers(0, 10**6, count).astype("timedelta64[s]")
        times[name][random.random(count) < 0.5] = np.datetime64("NaT")
    with transaction(pool):
        repository.insert_periods(1, RUN.node_ids, {"2099-01": Period(values, times)})
        turned = slice(None, None, -1)
        found = repository.find_periods(1, ["2099-01", "2099-02"], RUN.node_ids[turned])
        pool.rollback()
    assert list(found) == ["2099-01"]
    found = found["2099-01"]
    for name, expected in values.items():
        np.testing.assert_array_equal(found.values[name], expected[turned], err_msg=name)
    for name, expected in times.items():
        np.testing.assert_array_equal(found.times[name], expected[turned], err_msg=name)
