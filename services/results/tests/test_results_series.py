"""Series at all resolutions, against the arrays that were written."""

import io
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from hygge_core.node_days import MEASURE_NAMES, SUM_NAMES
from hygge_results import formats
from hygge_results.series.measures import STEPWISE, UNITS
from tests.support.synthetic_runs import SyntheticRun

API = "/api/v1/results"
START, END = datetime(2016, 10, 28, tzinfo=UTC), datetime(2016, 11, 3, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def run(store):
    return store(SyntheticRun(run_id=1, houses=6, start=START, end=END, timezone="Europe/Berlin", export_limit_kw=3.0))


def get(client, path):
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def row(run, node):
    return run.node_ids.tolist().index(node)


@pytest.mark.parametrize("node", [1, 11, 101, 104])
def test_native_steps_are_what_was_written(client, run, node):
    body = get(client, f"1/series?node_id={node}")
    assert body["start"] == "2016-10-28T00:00:00Z"
    assert body["step_minutes"] == 15
    for name, values in body["values"].items():
        np.testing.assert_allclose(values, run.measures[name][row(run, node)], rtol=1e-6, atol=1e-9, err_msg=name)
    expected = [name for name in MEASURE_NAMES if node < 100 or not name.startswith("local_price")]
    assert list(body["values"]) == expected


def test_a_period_is_cut_at_dates_and_timestamps(client, run):
    day = get(client, "1/series?node_id=101&measures=load_kw&from=2016-10-30&to=2016-10-31")
    assert day["start"] == "2016-10-29T22:00:00Z"
    assert len(day["values"]["load_kw"]) == 100  # the clock goes back: 25 hours
    part = get(client, "1/series?node_id=101&measures=load_kw&from=2016-10-30T01:00:00%2B01:00&to=2016-10-30T02:00:00Z")
    assert part["start"] == "2016-10-30T00:00:00Z"
    first = int((datetime(2016, 10, 30, tzinfo=UTC) - START).total_seconds() // 900)
    np.testing.assert_allclose(
        part["values"]["load_kw"], run.measures["load_kw"][row(run, 101)][first : first + 8], 1e-6
    )


def test_hours_are_means_and_the_last_state(client, run):
    body = get(client, "1/series?node_id=101&resolution=1h&measures=load_kw,soc_kwh,import_kw")
    load, soc = (run.measures[name][row(run, 101)].reshape(-1, 4) for name in ("load_kw", "soc_kwh"))
    grid = np.maximum(run.measures["grid_kw"][row(run, 101)], 0).reshape(-1, 4)
    np.testing.assert_allclose(body["values"]["load_kw"], load.mean(axis=1), 1e-6)
    np.testing.assert_allclose(body["values"]["soc_kwh"], soc[:, -1], 1e-6)
    np.testing.assert_allclose(body["values"]["import_kw"], grid.mean(axis=1), 1e-6, 1e-9)


@pytest.mark.parametrize("node", [1, 10, 101, 102])
@pytest.mark.parametrize("resolution", ["1d", "1mo"])
def test_days_and_months_equal_means_of_the_steps(client, run, node, resolution):
    kind = "house" if node >= 100 else "grid"
    names = [n for n in STEPWISE if n != ("local_price_eur_per_kwh" if kind == "house" else "self_consumed_kw")]
    coarse = get(client, f"1/series?node_id={node}&resolution={resolution}&measures={','.join(names)}")
    native = get(client, f"1/series?node_id={node}&measures={','.join(names)}")
    days, offsets = run.axis.days()
    if resolution == "1mo":
        firsts = [i for i, day in enumerate(days) if i == 0 or day.day == 1]
        offsets = np.asarray([*offsets[firsts], offsets[-1]])
    assert coarse["step_minutes"] is None
    assert len(coarse["timestamps"]) == len(offsets) - 1
    assert coarse["timestamps"] == [run.axis.at(int(o)).isoformat().replace("+00:00", "Z") for o in offsets[:-1]]
    for name in names:
        steps = np.asarray(native["values"][name], float)
        parts = [steps[a:b] for a, b in pairwise(offsets)]
        expected = [part[-1] if name == "soc_kwh" else part.mean() for part in parts]
        np.testing.assert_allclose(coarse["values"][name], expected, rtol=2e-5, atol=2e-6, err_msg=name)


def test_all_houses_by_day(client, run):
    body = get(client, "1/series?kind=house&resolution=1d&measures=load_kwh,imported_kwh,import_peak_kw")
    assert body["node_ids"] == run.house_ids.tolist()
    for name, values in body["values"].items():
        np.testing.assert_allclose(values, run.sums()[name][1 + run.transformers :], rtol=1e-12, err_msg=name)


def test_arrow_and_csv_hold_the_same_as_json(client, run):
    for path in ("1/series?node_id=101&measures=load_kw,grid_kw", "1/series?kind=house&resolution=1d&measures=load_kw"):
        json = get(client, path)
        arrow = client.get(f"{API}/{path}", headers={"Accept": "application/vnd.apache.arrow.stream"})
        table = pa.ipc.open_stream(arrow.content).read_all()
        text = client.get(f"{API}/{path}", headers={"Accept": "text/csv"})
        assert text.headers["content-type"].startswith("text/csv")
        frame = pyarrow.csv.read_csv(io.BytesIO(text.content))
        assert table.column_names == frame.column_names == ["node_id", "timestamp", *json["values"]]
        assert table.num_rows == frame.num_rows
        assert str(table["timestamp"][0].as_py().isoformat()) == json["start"].replace("Z", "+00:00")
        for name, values in json["values"].items():
            np.testing.assert_allclose(table[name].to_numpy(), np.ravel(values), 1e-6, 1e-9)
            np.testing.assert_allclose(frame[name].to_numpy(), np.ravel(values), 1e-6, 1e-9)


def test_duration_curve_falls_and_holds_the_energy(client, run):
    body = get(client, "1/duration?node_id=101&measure=load_kw&points=100000")
    values = np.asarray(body["values"])
    assert (np.diff(values) <= 0).all()
    assert body["hours"][-1] == run.axis.steps / 4
    assert values.sum() / 4 == pytest.approx(run.sums()["load_kwh"][row(run, 101)].sum(), rel=1e-5)
    few = get(client, "1/duration?node_id=101&measure=load_kw&points=5")
    assert len(few["values"]) == 5
    assert (few["values"][0], few["values"][-1]) == (values[0], values[-1])


def test_prices_and_flows(client, run):
    prices = get(client, "1/prices")
    assert prices["node_id"] == 1
    assert prices["mean_price"] == pytest.approx(0.2)
    assert prices["unit"] == "EUR/kWh"
    flows = get(client, "1/flows")
    assert {(f["source_id"], f["target_id"]): f["energy_kwh"] for f in flows["items"]} == pytest.approx(run.flows)
    first = get(client, "1/flows?limit=1")
    second = get(client, f"1/flows?limit=1&cursor={first['next_cursor']}")
    assert [first["items"][0], second["items"][0]] == flows["items"][:2]
    own = get(client, "1/flows?node_id=101")["items"]
    assert own and all(101 in (f["source_id"], f["target_id"]) for f in own)


def test_bills_add_up(client, run):
    bills = get(client, "1/bills")
    months = get(client, "1/bills?period=months&limit=2")
    assert len(bills["items"]) == 6
    assert [(b["house_id"], b["period"]) for b in months["items"]] == [
        (100, "2016-10"), (100, "2016-11"), (101, "2016-10"), (101, "2016-11"),
    ]  # fmt: skip
    assert bills["total"]["bill_eur"] == pytest.approx(sum(bill["bill_eur"] for bill in bills["items"]))
    assert months["total"]["bill_eur"] == pytest.approx(bills["total"]["bill_eur"])
    following = get(client, f"1/bills?period=months&limit=2&cursor={months['next_cursor']}")
    assert following["items"][0]["house_id"] == 102
    assert get(client, "1/bills?house_id=103")["items"] == [bills["items"][3]]


@pytest.mark.parametrize("table", ["series", "nodes", "bills", "flows", "days"])
def test_exports_in_both_forms_are_equal(client, run, table):
    parquet = client.get(f"{API}/1/export?table={table}&format=parquet")
    csv = client.get(f"{API}/1/export?table={table}&format=csv")
    assert f"hygge-run-1-{table}.csv" in csv.headers["content-disposition"]
    one, two = pq.read_table(io.BytesIO(parquet.content)), pyarrow.csv.read_csv(io.BytesIO(csv.content))
    nodes, days = len(run.node_ids), len(run.axis.days()[0])
    rows = {
        "series": nodes * run.axis.steps,
        "nodes": nodes * 3,
        "bills": 18,
        "flows": len(run.flows),
        "days": nodes * days,
    }
    assert one.num_rows == two.num_rows == rows[table]
    assert one.column_names == two.column_names
    for name in one.column_names:
        if pa.types.is_floating(one.schema.field(name).type):
            np.testing.assert_allclose(
                one[name].to_numpy(zero_copy_only=False), two[name].cast(pa.float64()).to_numpy(), rtol=1e-6, atol=1e-9
            )
    if table == "days":
        np.testing.assert_allclose(one["load_kwh"].to_numpy().sum(), run.sums()["load_kwh"].sum())


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("measures=nonsense", "measures"),
        ("measures=load_kwh", "measures"),
        ("node_id=101&measures=local_price_eur_per_kwh", "measures"),
        ("node_id=1&measures=self_consumed_kw", "measures"),
        ("from=yesterday", "from"),
        ("from=2016-10-30T00:00:00", "from"),
        ("from=2017-01-01&to=2017-02-01", "from"),
        ("from=2016-11-02&to=2016-11-01", "from"),
        ("to=0001-01-01", "to"),
        ("kind=house", "resolution"),
        ("resolution=5m", "resolution"),
    ],
)
def test_a_request_that_cannot_be_is_answered_with_findings(client, run, query, field):
    answer = client.get(f"{API}/1/series?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] in (field, "from")


def test_unknown_nodes_and_runs_are_not_found(client, run):
    for path in (
        "1/series?node_id=4711",
        "4711/series",
        "4711/summary",
        "1/flows?node_id=4711",
        "1/nodes?period=2015-01",
    ):
        assert client.get(f"{API}/{path}").status_code == 404, path


@pytest.mark.parametrize("minutes", [60, 1440])
def test_runs_that_store_hours_or_days(client, database, tokens, minutes):
    """`detail: hour` stores hourly vectors, `day` only sums; the sums are those of the quarter-hours."""
    import psycopg2

    from hygge_core.node_days import COLUMNS, TABLE
    from hygge_core.pgcopy import copy_in, encode

    run = SyntheticRun(run_id=minutes, houses=4)
    service = tokens.headers(0, "service")
    body = run.registration(stored_step_minutes=minutes)
    assert client.put(f"{API}/{minutes}", json=body, headers=service).status_code == 201
    days, offsets = run.axis.days()
    node, day = (index.ravel() for index in np.indices((len(run.node_ids), len(days))))
    values = {
        "run_id": np.full(len(node), minutes), "node_id": run.node_ids[node],
        "day": np.asarray(days, "datetime64[D]")[day], "starts_at": run.axis.timestamps()[offsets[:-1]][day],
        "steps": np.full(len(node), 24 if minutes == 60 else 0),
    }  # fmt: skip
    values |= {name: sums[node, day] for name, sums in run.sums().items()}
    values["load_peak_kw"] = np.maximum.reduceat(run.measures["load_kw"], offsets[:-1], axis=1)[node, day]
    if minutes == 60:
        hourly = {name: v.reshape(len(run.node_ids), len(days), 24, 4).mean(axis=3) for name, v in run.measures.items()}
        values |= {name: v[node, day] for name, v in hourly.items()}
    with psycopg2.connect(database.url("engine")) as connection, connection.cursor() as cursor:
        copy_in(cursor, TABLE, COLUMNS, [encode(COLUMNS, values, rows=len(node))])
    assert client.post(f"{API}/{minutes}/close", json={"digest": "x"}, headers=service).status_code == 200
    found = client.get(f"{API}/{minutes}/summary").json()["indicators"]
    assert found["import_peak_kw"] == pytest.approx(run.sums()["import_peak_kw"][0].max())
    assert found["load_kwh"] == pytest.approx(run.sums()["load_kwh"][0].sum())
    if minutes == 60:
        series = get(client, f"{minutes}/series?node_id=100&measures=load_kw")
        np.testing.assert_allclose(series["values"]["load_kw"], hourly["load_kw"][row(run, 100)].ravel(), 1e-6)
        assert client.get(f"{API}/{minutes}/series?resolution=15m").status_code == 422
    else:
        assert (found["load_peak_kw"], found["import_peak_at"]) == (
            pytest.approx(run.measures["load_kw"][0].max()),
            None,
        )
        assert found["load_peak_at"] is None
        for node_id in (
            int(run.node_ids[0]),
            100,
        ):  # the grid and a house: what the days tell, without being asked for it by name
            assert {"load_kw", "grid_kw"} <= set(get(client, f"{minutes}/series?node_id={node_id}")["values"])
        series = get(client, f"{minutes}/series?node_id=100&measures=load_kw")
        assert series["resolution"] == "1d"
        np.testing.assert_allclose(series["values"]["load_kw"], run.sums()["load_kwh"][row(run, 100)] / 24, 1e-6)
        assert client.get(f"{API}/{minutes}/series?measures=soc_kwh").status_code == 422
        assert client.get(f"{API}/{minutes}/duration").status_code == 422
        exported = client.get(f"{API}/{minutes}/export?table=series")
        assert exported.status_code == 200
        assert exported.text.startswith('"node_id","timestamp","load_kw"')
        assert len(exported.text.splitlines()) == 1


def test_a_run_that_ends_inside_the_step_of_a_local_midnight(client, store):
    """St. John's is 2:30 behind UTC: the hour that holds local midnight belongs to the day before."""
    end = datetime(2024, 10, 28, 3, tzinfo=UTC)
    start = datetime(2024, 10, 26, 5, tzinfo=UTC)
    store(SyntheticRun(run_id=77, start=start, end=end, timezone="America/St_Johns", step_minutes=60))
    for first, days in (("2024-10-26T05:00:00Z", 2), ("2024-10-28T02:45:00Z", 1)):
        for resolution, count in (("1d", days), ("1mo", 1)):
            body = get(client, f"77/series?node_id=101&measures=load_kw&resolution={resolution}&from={first}")
            assert len(body["values"]["load_kw"]) == count


def test_every_measure_has_a_unit():
    assert set(UNITS) >= set(MEASURE_NAMES) | set(SUM_NAMES)


def test_texts_name_the_stored_number_so_that_balances_close():
    """The shortest text for the float32 117.2 is 3e-6 away from it."""
    stored = np.asarray([117.2, 0.1, np.nan, -160.00001], np.float32)
    written = formats.exact(stored)
    np.testing.assert_allclose(written, stored.astype(np.float64), rtol=0, atol=6e-10)
    lines = formats.csv_bytes(pa.table({"x": pa.array(stored, from_pandas=True)}), header=False).decode().split("\n")
    assert [line for line in lines if line] == ["117.199996948", "0.100000001", "-160.000015259"]
    assert b'"x":[117.199996948,' in formats.json_response({"x": written}).body


def test_a_parameter_may_come_several_times(client, run):
    joined = get(client, "1/series?node_id=101&measures=load_kw,soc_kwh")
    assert get(client, "1/series?node_id=101&measures=load_kw&measures=soc_kwh") == joined
    assert get(client, "compare?runs=1&runs=1") == get(client, "compare?runs=1,1")
