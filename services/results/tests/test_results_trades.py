"""Trades from step vectors, against loops over what was written; prices of steps that have none."""

import io
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import psycopg2
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from services.results.tests.results_support import AuctionRun
from tests.support.synthetic_runs import GRID_ID, SyntheticRun

API = "/api/v1/results"
ARROW = {"Accept": "application/vnd.apache.arrow.stream"}
CASES = {
    "quarter-hours": AuctionRun(
        run_id=1, houses=7, transformers=3, start=datetime(2016, 3, 25, 12, tzinfo=UTC),
        end=datetime(2016, 3, 29, 6, tzinfo=UTC), timezone="Europe/Berlin",
    ),
    "hours": AuctionRun(
        run_id=2, houses=5, transformers=3, step_minutes=60, start=datetime(2016, 6, 1, tzinfo=UTC),
        end=datetime(2016, 6, 5, tzinfo=UTC), timezone="Asia/Kolkata", seed=4,
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def run(request, store):
    return store(CASES[request.param])


def get(client, path, **headers):
    answer = client.get(f"{API}/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def plain_trades(run, first=0, last=None):
    """(start, house, side, pool, kWh, price) of every trade, by loops."""
    found = []
    for t in range(first, run.axis.steps if last is None else last):
        for i in range(run.houses):
            for name, pool in (("shared_local_kw", 1 + run.parent[i]), ("shared_grid_kw", 0)):
                power = float(np.float32(run.house_rows[name][i, t]))
                if power:
                    found.append((
                        run.axis.at(t).isoformat().replace("+00:00", "Z"), 100 + i, "buy" if power > 0 else "sell",
                        int(run.node_ids[pool]), abs(power) * run.axis.step_hours, float(run.price[pool, t]),
                    ))  # fmt: skip
    return found


def check(items, expected):
    assert len(items) == len(expected) > 0
    for got, (start, house, side, pool, energy, price) in zip(items, expected, strict=True):
        assert (got["start"], got["house_id"], got["side"], got["pool_id"]) == (start, house, side, pool)
        assert got["energy_kwh"] == pytest.approx(energy)
        assert got["price_eur_per_kwh"] == pytest.approx(price)
        assert got["amount"] == pytest.approx(energy * price)


def test_the_whole_run_equals_the_plain_twin(client, run):
    body = get(client, f"{run.run_id}/trades?limit=100000&to={run.end:%Y-%m-%dT%H:%MZ}").json()
    check(body["items"], plain_trades(run))
    assert body["next_cursor"] is None
    assert (body["price_is_mean"], body["step_minutes"], body["currency"]) == (False, run.step_minutes, "EUR")
    paid = sum(item["amount"] for item in body["items"] if item["side"] == "buy")
    received = sum(item["amount"] for item in body["items"] if item["side"] == "sell")
    assert paid == pytest.approx(received, rel=1e-6)
    assert paid == pytest.approx(
        get(client, f"{run.run_id}/summary").json()["indicators"]["purchase_cost_eur"], rel=1e-6
    )


def test_without_an_end_it_is_one_local_day(client, run):
    body = get(client, f"{run.run_id}/trades?limit=100000").json()
    _, offsets = run.axis.days()
    check(body["items"], plain_trades(run, 0, int(offsets[1])))
    assert body["from"] == run.start.isoformat().replace("+00:00", "Z")
    midnight = datetime.fromisoformat(body["to"]).astimezone(ZoneInfo(run.timezone))
    assert (midnight.hour, midnight.minute, midnight.date()) == (0, 0, run.axis.days()[0][1])


def test_a_period_inside_days(client, run):
    first, last = run.axis.steps - 40, run.axis.steps - 3
    span = f"from={run.axis.at(first):%Y-%m-%dT%H:%MZ}&to={run.axis.at(last):%Y-%m-%dT%H:%MZ}"
    check(get(client, f"{run.run_id}/trades?{span}&limit=100000").json()["items"], plain_trades(run, first, last))


@pytest.mark.parametrize("limit", [1, 7, 50, 100])
def test_pages_hold_every_trade_once(client, run, limit):
    span = f"from={run.axis.at(0):%Y-%m-%dT%H:%MZ}&to={run.end:%Y-%m-%dT%H:%MZ}"
    whole = get(client, f"{run.run_id}/trades?{span}&limit=100000").json()["items"]
    wanted = whole if limit > 1 else whole[:30]
    items, cursor = [], ""
    while cursor is not None and len(items) < len(wanted):
        page = get(client, f"{run.run_id}/trades?{span}&limit={limit}&cursor={cursor}").json()
        assert 0 < len(page["items"]) <= limit
        items += page["items"]
        cursor = page["next_cursor"]
    assert items == wanted
    assert limit == 1 or cursor is None


def test_of_one_house_or_of_a_transformer(client, run):
    span = f"to={run.end:%Y-%m-%dT%H:%MZ}&limit=100000"
    whole = get(client, f"{run.run_id}/trades?{span}").json()["items"]
    own = get(client, f"{run.run_id}/trades?node_id=101&{span}").json()["items"]
    assert own == [item for item in whole if item["house_id"] == 101] != []
    of_transformer = [100 + i for i in range(run.houses) if run.parent[i] == 1]
    found = get(client, f"{run.run_id}/trades?node_id=11&{span}").json()["items"]
    assert found == [item for item in whole if item["house_id"] in of_transformer] != []
    assert get(client, f"{run.run_id}/trades?node_id={GRID_ID}&{span}").json()["items"] == whole
    assert client.get(f"{API}/{run.run_id}/trades?node_id=4711").status_code == 404


def test_csv_and_arrow_hold_the_same_and_name_the_next_page(client, run):
    path = f"{run.run_id}/trades?to={run.end:%Y-%m-%dT%H:%MZ}&limit=20"
    body = get(client, path).json()
    arrow, csv = get(client, path, **ARROW), get(client, path, Accept="text/csv")
    assert arrow.headers["X-Next-Cursor"] == csv.headers["X-Next-Cursor"] == body["next_cursor"]
    one = pa.ipc.open_stream(arrow.content).read_all()
    two = pyarrow.csv.read_csv(io.BytesIO(csv.content))
    assert one.column_names == two.column_names == list(body["items"][0])
    for name in ("house_id", "side", "pool_id"):
        assert one[name].to_pylist() == two[name].to_pylist() == [item[name] for item in body["items"]]
    for name in ("energy_kwh", "price_eur_per_kwh", "amount"):
        np.testing.assert_allclose(one[name].to_numpy(), [item[name] for item in body["items"]])
        np.testing.assert_allclose(two[name].to_numpy(), [item[name] for item in body["items"]])


def test_the_export_has_all_trades_of_the_run(client, run):
    parquet = get(client, f"{run.run_id}/export?table=trades&format=parquet")
    table = pq.read_table(io.BytesIO(parquet.content))
    expected = plain_trades(run)
    assert table["house_id"].to_pylist() == [row[1] for row in expected]
    np.testing.assert_allclose(table["energy_kwh"].to_numpy(), [row[4] for row in expected])


def test_a_household_sees_its_own_trades(client, run, tokens):
    own = tokens.headers(20, "participant", username="owner1")
    span = f"to={run.end:%Y-%m-%dT%H:%MZ}&limit=100000"
    mine = client.get(f"{API}/{run.run_id}/trades?{span}", headers=own).json()["items"]
    assert {item["house_id"] for item in mine} == {101}
    assert mine == get(client, f"{run.run_id}/trades?node_id=101&{span}").json()["items"]
    for node in (100, 10, GRID_ID):
        assert client.get(f"{API}/{run.run_id}/trades?node_id={node}", headers=own).status_code == 404
    stranger = tokens.headers(21, "participant", username="owner99")
    assert client.get(f"{API}/{run.run_id}/trades", headers=stranger).status_code == 404


def test_what_cannot_be_is_said(client, run):
    for query in ("from=yesterday", "from=2017-01-01", "limit=0", "limit=100001", "cursor=nonsense"):
        assert client.get(f"{API}/{run.run_id}/trades?{query}").status_code == 422, query
    far = "OTIyMzM3MjAzNjg1NDc3NTgwNw"  # the largest number that a cursor may name
    assert get(client, f"{run.run_id}/trades?cursor={far}").json()["items"] == []


def test_a_run_of_days_has_no_trades_to_show(client, tokens):
    run = SyntheticRun(run_id=30)
    body = run.registration(stored_step_minutes=1440)
    assert client.put(f"{API}/30", json=body, headers=tokens.headers(0, "service")).status_code == 201
    answer = client.get(f"{API}/30/trades")
    assert answer.status_code == 409
    assert "detail: step" in answer.json()["detail"]
    assert client.get(f"{API}/30/export?table=trades").status_code == 409


@pytest.mark.parametrize(
    ("changes", "mean"),
    [({"parameters": {"allocation": "price_time"}}, True), ({"stored_step_minutes": 60}, True), ({}, False)],
)
def test_a_mean_price_is_called_one(client, tokens, changes, mean):
    run_id = 31 + len(str(changes))
    body = SyntheticRun(run_id=run_id).registration(**changes)
    assert client.put(f"{API}/{run_id}", json=body, headers=tokens.headers(0, "service")).status_code == 201
    found = get(client, f"{run_id}/trades").json()
    assert (found["items"], found["next_cursor"], found["price_is_mean"]) == ([], None, mean)


def nan_of(value):
    return float("nan") if value is None else value


def test_steps_without_a_price_are_null_everywhere(client, run, database):
    price = run.price[1]
    assert 0 < np.isnan(price).sum() < len(price)
    path = f"{run.run_id}/series?node_id=10&measures=local_price_eur_per_kwh"
    json = get(client, path).json()["values"]["local_price_eur_per_kwh"]
    np.testing.assert_allclose([nan_of(value) for value in json], price, rtol=1e-6)
    table = pa.ipc.open_stream(get(client, path, **ARROW).content).read_all()
    assert table["local_price_eur_per_kwh"].null_count == np.isnan(price).sum()
    lines = get(client, path, Accept="text/csv").text.splitlines()[1:]
    assert [line.endswith(",") for line in lines] == np.isnan(price).tolist()
    prices = get(client, f"{run.run_id}/prices?node_id=10").json()
    assert prices["prices"] == json
    with psycopg2.connect(database.url("results")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT local_price_eur_per_kwh FROM results.node_series WHERE run_id = %s AND node_id = 10 ORDER BY ts",
            (run.run_id,),
        )
        np.testing.assert_allclose([nan_of(value) for (value,) in cursor], price, rtol=1e-6)


@pytest.mark.parametrize("resolution", ["1h", "1d", "1mo"])
def test_coarser_prices_are_means_over_the_steps_that_have_one(client, run, resolution):
    body = get(
        client, f"{run.run_id}/series?node_id=11&measures=local_price_eur_per_kwh&resolution={resolution}"
    ).json()
    days, offsets = run.axis.days()
    edges = {"1d": offsets.tolist(), "1mo": [0, run.axis.steps]}.get(resolution)
    if edges is None:
        local = run.axis.timestamps().astype("datetime64[m]").astype(int) + (330 if "Asia" in run.timezone else 0)
        edges = [*(np.flatnonzero(np.diff(local // 60, prepend=-1))).tolist(), run.axis.steps]
    expected = []
    for first, last in pairwise(edges):
        known = [value for value in run.price[2, first:last].tolist() if not np.isnan(value)]
        expected.append(sum(known) / len(known) if known else None)
    assert None in expected or resolution == "1mo"
    found = body["values"]["local_price_eur_per_kwh"]
    np.testing.assert_allclose([nan_of(v) for v in found], [nan_of(v) for v in expected], rtol=1e-6)
    if resolution == "1d":
        assert found[days.index(run.quiet_day)] is None


class Free(AuctionRun):
    """Neighbours share for nothing: a price vector of zeros is stored as NULL."""

    def _gather(self, rows):
        super()._gather(rows)
        self.price = np.zeros_like(self.price)
        self.measures["local_price_eur_per_kwh"][:] = 0


def test_a_price_of_zero_is_a_price(client, store, database):
    run = store(Free(run_id=3, houses=7, transformers=3))
    items = get(client, "3/trades").json()["items"]
    assert {(item["price_eur_per_kwh"], item["amount"]) for item in items} == {(0.0, 0.0)}
    for node in (1, 10):
        assert set(get(client, f"3/prices?node_id={node}").json()["prices"]) == {0.0}
        assert set(get(client, f"3/prices?node_id={node}&resolution=1d").json()["prices"]) == {0.0}
    (bill,) = get(client, "3/bills/101").json()["periods"]
    assert {line["amount_eur"] for line in bill["lines"] if "_" in line["name"]} == {0.0}
    with psycopg2.connect(database.url("results")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT node_id, count(*), count(local_price_eur_per_kwh), max(local_price_eur_per_kwh)"
            " FROM results.node_series WHERE run_id = 3 AND node_id IN (1, 100) GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [(1, run.axis.steps, run.axis.steps, 0.0), (100, run.axis.steps, 0, None)]
    table = pq.read_table(io.BytesIO(get(client, "3/export?table=series&format=parquet").content))
    assert table["local_price_eur_per_kwh"].null_count == run.houses * run.axis.steps


def test_mean_local_price_is_purchase_cost_by_energy(client, run):
    found = get(client, f"{run.run_id}/summary").json()["indicators"]
    bought = found["bought_local_kwh"] + found["bought_grid_kwh"]
    assert found["mean_local_price_eur_per_kwh"] == pytest.approx(found["purchase_cost_eur"] / bought)
    duration = get(client, f"{run.run_id}/duration?node_id=10&measure=local_price_eur_per_kwh&points=100000").json()
    assert len(duration["values"]) == np.isfinite(run.price[1]).sum()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_exported_series_have_no_nan(client, run, form):
    content = get(client, f"{run.run_id}/export?table=series&format={form}").content
    table = (pq.read_table if form == "parquet" else pyarrow.csv.read_csv)(io.BytesIO(content))
    column = table["local_price_eur_per_kwh"]
    assert column.null_count == np.isnan(run.price).sum() + run.houses * run.axis.steps
    assert b"nan" not in content.lower() or form == "parquet"
