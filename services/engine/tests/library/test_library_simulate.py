"""The library: documents, folders and arrays give what the engine computes; what is wrong comes as findings."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from hygge_core.timeaxis import TimeAxis
from hygge_engine import InputError, simulate
from hygge_engine.inputs.assemble import assemble
from hygge_engine.inputs.collect import Assignment, Bundle
from hygge_engine.library.sources import read_source
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.simulation import DAY_SUMS, result_digest
from hygge_engine.simulation import simulate as simulate_arrays
from services.engine.tests.neighbours import community, house

EXAMPLES = Path(__file__).parents[4] / "examples"
STEPS = 48
BATTERY = {"kind": "battery", "capacity_kwh": 5, "max_charge_kw": 2.5, "max_discharge_kw": 2.5}


def profile(name: str, kind: str, values: Any, **changes: Any) -> dict[str, Any]:
    values = np.asarray(values, float).tolist()
    return {"name": name, "profile_type": kind, "start": "2024-03-30T23:00:00Z", "step_minutes": 60, "values": values,
            **changes}  # fmt: skip


def sun() -> np.ndarray[Any, Any]:
    return np.clip(np.sin((np.arange(STEPS) % 24 - 6) / 12 * np.pi), 0, None)


def document(**changes: Any) -> dict[str, Any]:
    """Three houses at two transformers over two days, one of which has 23 hours."""
    return {
        "name": "Lane",
        "timezone": "Europe/Berlin",
        "transformers": [
            {"name": "A", "houses": [{"id": "a", "devices": [BATTERY]}, {"name": "b", "flags": ["medical"]}]},
            {"name": "B", "capacity_kw": 20, "houses": [{"name": "c"}]},
        ],
        "priority_lists": [{"name": "care", "configuration": ["medical", {"houses": ["a"]}]}],
        "profiles": [profile("home", "load", 0.5 + 0.3 * np.cos(np.arange(STEPS))), profile("sun", "solar", sun())],
        "assignments": [
            {"house": "a", "profile": "home"},
            {"house": "a", "profile": "sun", "scale": 6},
            {"house": "b", "profile": "home", "scale": 2},
            {"house": "c", "profile": "home"},
            {"house": "c", "profile": "sun", "scale": 2.5},
        ],
        "run": {"step_minutes": 60, "tariff": {"retail_eur_per_kwh": 0.4}, "name": "left out"},
        **changes,
    }


def found(*arguments: Any, **parameters: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        simulate(*arguments, **parameters)
    assert all(finding.field in str(caught.value) for finding in caught.value.findings)
    return [finding.field for finding in caught.value.findings]


def test_a_document_is_simulated_over_all_that_its_profiles_cover() -> None:
    result = simulate(document())
    assert result.times[0] == np.datetime64("2024-03-30T23:00:00")
    assert [str(day) for day in result.days] == ["2024-03-31", "2024-04-01", "2024-04-02"]
    assert (result.houses.names, result.transformers.names, result.grid.names) == (
        ["a", "b", "c"],
        ["A", "B"],
        ["Lane"],
    )
    assert result.houses["grid_kw"].shape == (3, STEPS)
    assert result.houses["load_kw"][1] == pytest.approx(2 * (0.5 + 0.3 * np.cos(np.arange(STEPS))), rel=1e-6)
    assert result.grid["imported_kwh"].shape == (1, 3)
    assert result.parameters["tariff"]["retail_eur_per_kwh"] == 0.4
    assert result.proof["rounded_residual_kwh"] < 1e-6
    assert result.summary["load_kwh"] == pytest.approx(float(result.houses.total("load_kwh").sum()))
    assert result.summary["shared_kwh"] > 0  # type: ignore[operator]


def test_the_digest_is_that_of_the_engine_on_the_same_arrays() -> None:
    given = document()
    request = RunRequest.model_validate(
        {"grid_id": 1, "start": "2024-03-30T23:00:00Z", "end": "2024-04-01T22:00:00Z", "step_minutes": 60,
         "allocation": "greedy", "tariff": {"retail_eur_per_kwh": 0.4}}
    )  # fmt: skip
    battery = {**BATTERY, "charge_efficiency": 0.95, "discharge_efficiency": 0.95, "min_soc": 0.0, "max_soc": 1.0,
               "initial_soc": 0.0, "self_discharge_per_day": 0.0}  # fmt: skip
    served = community(1, [[house(11, devices=[battery]), house(12)], [house(13)]])
    served["transformers"][1]["capacity_kw"] = 20.0
    blocks = tuple(np.asarray([item["values"][:-1]], np.float32) for item in given["profiles"])
    assigned = tuple(Assignment(*row) for row in ((11, 0, 1.0), (11, 1, 6.0), (12, 0, 2.0), (13, 0, 1.0), (13, 1, 2.5)))
    bundle = Bundle(np.asarray([101, 102]), ("load", "solar"), blocks, assigned, "", STEPS - 1)
    problem = assemble(served, request, bundle, TimeAxis(request.start, request.end, 60, "Europe/Berlin"), 4_000_000)
    results = list(simulate_arrays(problem.community, problem.periods, problem.provide, problem.parameters))
    digests = [part for result in results for part in (*result.digests, result.grid.digest)]  # type: ignore[union-attr]
    found = simulate(given, allocation="greedy", end="2024-04-02")
    assert found.digest == result_digest(digests)
    assert found.digest != simulate(given, end="2024-04-02", allocation="none").digest
    assert (
        found.houses.values[:, 0].tobytes()
        == np.concatenate([result.houses.values[:, 0] for result in results], axis=1).tobytes()
    )


def test_arrays_and_a_document_say_the_same() -> None:
    load = np.stack([scale * (0.5 + 0.3 * np.cos(np.arange(STEPS))) for scale in (1.0, 2.0, 1.0)])
    made = np.stack([6 * sun(), 0 * sun(), 2.5 * sun()])
    shared = {"step_minutes": 60, "tariff": {"retail_eur_per_kwh": 0.4}}
    given = simulate(
        load_kw=load, generation_kw=made, start="2024-03-31", houses=[{"devices": [BATTERY]}, {}, {}],
        transformer=[0, 0, 1], capacity_kw=[None, 20], grid={"timezone": "Europe/Berlin"}, **shared,
    )  # fmt: skip
    expected = simulate(document())
    np.testing.assert_allclose(given.houses.values, expected.houses.values, atol=1e-5)
    np.testing.assert_allclose(given.grid.day_sums, expected.grid.day_sums, atol=1e-3)


def test_houses_of_arrays_keep_their_order_at_whatever_transformer() -> None:
    load = np.arange(1.0, 5.0)[:, None] * np.ones((4, 24))
    mixed = simulate(load_kw=load, start="2024-05-01", transformer=[1, 0, 1, 0], step_minutes=60)
    assert mixed.houses.names == ["House 1", "House 2", "House 3", "House 4"]
    assert mixed.houses["load_kw"][:, 0].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert mixed.transformers["load_kw"][:, 0].tolist() == [6.0, 4.0]


def test_common_arrays_are_prices_temperature_and_carbon() -> None:
    ones = np.ones((2, 24))
    price = np.linspace(0.1, 0.5, 24)
    result = simulate(
        load_kw=ones, start="2024-05-01", step_minutes=60, allocation="none",
        price_per_kwh=price, feed_in_per_kwh=price / 2, carbon_kg_per_kwh=0.25 * np.ones(24),
    )  # fmt: skip
    assert result.grid.total("import_cost_eur")[0] == pytest.approx(2 * price.sum(), rel=1e-6)
    assert result.summary["co2_kg"] == pytest.approx(12.0)
    cold = simulate(
        load_kw=ones, start="2024-05-01", step_minutes=60, temperature_c=np.full(24, 5.0), heat_kw=ones,
        houses=[{"devices": [{"kind": "heat_pump", "max_power_kw": 5, "cop": 4, "heat_loss_kw_per_k": 0.1}]}, {}],
    )  # fmt: skip
    # 1 kW from the profile and 0.1 · 10 kW of losses with a COP of 4; the other house's heat is electricity.
    assert cold.houses["load_kw"][:, 3] == pytest.approx([1 + 2 / 4, 2.0], rel=1e-6)
    assert cold.summary["heat_kwh"] == pytest.approx(48.0, rel=1e-6)


def test_an_example_is_found_with_all_its_files() -> None:
    folder = EXAMPLES / "all_devices"
    by_file = simulate(folder / "community.json", start="2019-01-14", end="2019-01-16")
    by_folder = simulate(str(folder), start="2019-01-14", end=datetime(2019, 1, 15, 23, tzinfo=UTC))
    assert by_file.digest == by_folder.digest
    assert by_file.times.size == 2 * 96
    assert by_file.summary["heat_kwh"] > 50  # type: ignore[operator]
    assert by_file.summary["driven_kwh"] > 30  # type: ignore[operator]
    assert by_file.parameters["tariff"]["kind"] == "series"
    assert simulate(folder, start="2019-01-14", end="2019-01-15", allocation="none").summary["shared_kwh"] == 0


@pytest.mark.parametrize(("name", "year"), [("simbench_rural", 2016)])
def test_a_year_by_the_local_clock(name: str, year: int) -> None:
    result = simulate(EXAMPLES / name, year=year, allocation="greedy", detail="day")
    assert (str(result.days[0]), str(result.days[-1]), len(result.days)) == ("2016-01-01", "2016-12-31", 366)
    assert result.summary["load_kwh"] == pytest.approx(233_900, rel=1e-3)
    assert result.times.size == result.houses.values.size == 0


def test_coarser_details_are_means_of_the_fine_one() -> None:
    arrays: dict[str, Any] = {"load_kw": np.random.default_rng(1).uniform(0, 2, (3, 96)), "start": "2024-05-01"}
    fine, hours = simulate(**arrays), simulate(**arrays, detail="hour")
    assert hours.times.tolist() == fine.times[::4].tolist()
    np.testing.assert_allclose(
        hours.houses["grid_kw"], fine.houses["grid_kw"].reshape(3, 24, 4).mean(axis=2), rtol=1e-6
    )
    assert hours.digest == fine.digest
    assert hours.summary == fine.summary
    # An hour that two days share (their midnight is at 18:15 UTC) is stored in two parts.
    kathmandu = simulate(**arrays | {"start": "2024-05-01T00:00Z"}, detail="hour", grid={"timezone": "Asia/Kathmandu"})
    assert kathmandu.times.size == 24


def test_tables_are_tidy_and_files_hold_the_same(tmp_path: Path) -> None:
    result = simulate(document())
    table = result.to_table()
    assert table.num_rows == (3 + 2 + 1) * STEPS
    assert table.schema.names[:4] == ["node", "kind", "time", "load_kw"]
    own = table.filter((np.asarray(table["node"].to_pylist()) == "b").tolist())
    assert own["load_kw"].to_numpy() == pytest.approx(result.houses["load_kw"][1])
    assert own["local_price_eur_per_kwh"].null_count == STEPS
    assert table.schema.metadata[b"digest"].decode() == result.digest
    result.to_parquet(tmp_path / "r.parquet")
    read = pq.read_table(tmp_path / "r.parquet")
    assert read.num_rows == table.num_rows
    assert read["grid_kw"].to_pylist() == table["grid_kw"].to_pylist()
    result.to_csv(tmp_path / "r.csv", kinds=["grid"])
    assert len((tmp_path / "r.csv").read_text().splitlines()) == STEPS + 1
    days = result.to_day_table(["house"])
    assert days.num_rows == 3 * len(result.days)
    assert set(DAY_SUMS) < set(days.schema.names)
    result.without_steps().to_parquet(tmp_path / "d.parquet")
    assert pq.read_table(tmp_path / "d.parquet").num_rows == 6 * len(result.days)


def test_profiles_and_lists_may_be_called_by_name() -> None:
    given = document()
    given["profiles"].append(profile("dirt", "carbon", np.full(STEPS, 0.5)))
    given["profiles"].append(profile("spot", "price", np.linspace(-0.1, 0.3, STEPS), unit="EUR/kWh"))
    result = simulate(
        given, allocation="priority", priority_list="care", carbon={"profile": "dirt"},
        tariff={"kind": "series", "profile": "spot", "feed_in_eur_per_kwh": 0.05},
    )  # fmt: skip
    assert result.summary["co2_kg"] == pytest.approx(0.5 * float(result.grid.total("imported_kwh")[0]), rel=1e-6)
    assert found(given, carbon={"profile": "rain"}) == ["carbon.profile"]
    assert found(given, priority_list="nobody") == ["priority_list"]
    assert found(given, temperature_profile_id=99) == ["temperature_profile_id"]


def test_profiles_may_stand_in_a_file_named_in_the_document(tmp_path: Path) -> None:
    stamps = [f"2024-03-{31 if hour < 23 else 32:02}T{(hour + 1) % 24:02}:00Z" for hour in range(23)]
    rows = [f"{stamp};{0.5 + hour / 10:.2f};-0.25".replace(".", ",") for hour, stamp in enumerate(stamps)]
    (tmp_path / "meter.csv").write_text("\n".join(["when;kwh;sun", *rows]))
    given = document(
        profiles=[
            {
                "file": "meter.csv", "timestamp_column": "when", "delimiter": ";", "decimal": ",",
                "interval_label": "end", "negative": "clip_to_zero",
                "series": [{"column": "kwh", "name": "home", "unit": "kWh"},
                           {"column": "sun", "profile_type": "solar"}],
            },
        ]
    )  # fmt: skip
    path = tmp_path / "street.json"
    path.write_text(json.dumps(given))
    assert [(p.name, p.start.hour, float(p.values.min())) for p in read_source(path).profiles] == [
        ("home", 0, 0.5), ("sun", 0, 0.0),
    ]  # fmt: skip
    result = simulate(path)
    assert result.times.size == 23
    assert result.houses["load_kw"][1][:3].tolist() == pytest.approx([1.0, 1.2, 1.4])


def test_local_stamps_and_gaps(tmp_path: Path) -> None:
    clock = ["00:00", "01:00", "02:00", "02:00", "03:00", "05:00"]  # the hour from 02:00 comes twice, 04:00 is missing
    rows = [f"2024-10-27 {time},{value}" for value, time in enumerate(clock)]
    (tmp_path / "profiles.csv").write_text("\n".join(["at,x", *rows]))
    (tmp_path / "community.json").write_text(
        json.dumps({"timezone": "Europe/Berlin", "transformers": [{"houses": [{"id": 1}]}]})
    )
    (tmp_path / "assignments.json").write_text('[{"house": 1, "profile": "x"}]')
    (tmp_path / "mapping.json").write_text('{"timezone": "Europe/Berlin", "gaps": "interpolate"}')
    result = simulate(tmp_path, step_minutes=60)
    assert result.houses["load_kw"][0].tolist() == [0, 1, 2, 3, 4, 4.5, 5]
    assert str(result.times[0]) == "2024-10-26T22:00:00"
    (tmp_path / "mapping.json").write_text('{"timezone": "Europe/Berlin"}')
    assert found(tmp_path, step_minutes=60) == ["profiles.csv, x"]


@pytest.mark.parametrize(
    ("changes", "parameters", "expected"),
    [
        ({"transformers": [], "priority_lists": [], "assignments": []}, {}, ["grid_id"]),
        ({"transformers": [{"houses": [{"id": 1, "keys": 2}, {"id": 1, "sharing_key": 3}]}]}, {},
         ["topology.transformers.0.houses.0.keys", "topology.transformers.0.houses.1.sharing_key"]),
        ({"transformers": [{"houses": [{"id": 1}, {"id": 1}]}]}, {},
         ["topology.priority_lists.0", "topology.transformers.0.houses.1.id"]),
        ({"transformers": [{"houses": [{"id": "a", "devices": [{**BATTERY, "colour": 1}]}]}]}, {},
         ["topology.transformers.0.houses.0.devices.0.colour"]),
        ({"timezone": "Europe/Nowhere"}, {}, ["topology.timezone"]),
        ({"profiles": []}, {}, ["profiles"]),
        ({"profiles": [{"name": "home"}]}, {},
         ["profiles.0.profile_type", "profiles.0.start", "profiles.0.values"]),
        ({"profiles": [profile("home", "load", [1, -1] * 24), profile("sun", "solar", sun())]}, {}, ["profiles.home"]),
        ({"profiles": [profile("home", "load", [1] * 9), profile("sun", "solar", sun())]}, {"end": "2024-04-01"},
         ["profiles.home"]),
        ({"assignments": [{"house": "z", "profile": "rain"}, {"house": "a", "scale": 0}]}, {},
         ["assignments.0.house", "assignments.0.profile", "assignments.1.profile", "assignments.1.scale"]),
        ({}, {"start": "tomorrow"}, ["start"]),
        ({}, {"year": 99999}, ["year"]),
        ({}, {"allocation": "lottery", "step_minutes": "x"}, ["step_minutes", "allocation"]),
        ({}, {"allocation": "priority", "pricing": "fixed"}, ["fixed_price_eur_per_kwh", "priority_list_id"]),
        ({}, {"load_kw": [[1.0]]}, ["load_kw"]),
        ({}, {"network_check": True}, ["network_check"]),
    ],
)  # fmt: skip
def test_what_is_wrong_comes_as_findings(
    changes: dict[str, Any], parameters: dict[str, Any], expected: list[str]
) -> None:
    fields = found(document(**changes), **parameters)
    assert [field for field in fields if not any(field.startswith(name) for name in expected)] == []
    assert len(fields) >= len(expected)


def test_a_parameter_a_device_and_a_profile_are_found_together() -> None:
    given = document()
    given["transformers"][0]["houses"][0]["devices"] = [{**BATTERY, "min_soc": 0.9, "max_soc": 0.5}]
    given["profiles"][0]["values"][3] = -1
    assert found(given, pricing="fixed") == [
        "fixed_price_eur_per_kwh", "topology.transformers.0.houses.0.devices.0.initial_soc", "profiles.home",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, ["load_kw"]),
        ({"load_kw": "x"}, ["load_kw"]),
        ({"load_kw": [1.0, 2.0]}, ["load_kw"]),
        ({"load_kw": np.ones((2, 24)), "generation_kw": np.ones((2, 23)), "temperature_c": np.ones(3)},
         ["generation_kw", "temperature_c"]),
        ({"load_kw": np.ones((2, 24))}, ["start"]),
        ({"load_kw": np.ones((2, 24)), "houses": [{}]}, ["houses"]),
        ({"load_kw": np.ones((2, 24)), "transformer": [0.5, 1]}, ["transformer"]),
        ({"load_kw": np.ones((2, 24)), "capacity_kw": [1, 2]}, ["capacity_kw"]),
        ({"load_kw": np.ones((2, 24)), "start": "2024-05-01", "end": "2024-05-03"}, ["end"]),
        ({"load_kw": np.ones((2, 24)), "feed_in_per_kwh": np.ones(24), "start": "2024-05-01"}, ["feed_in_per_kwh"]),
        ({"load_kw": -np.ones((2, 24)), "start": "2024-05-01"}, ["profiles.1", "profiles.2"]),
    ],
)  # fmt: skip
def test_wrong_arrays_come_as_findings(arguments: dict[str, Any], expected: list[str]) -> None:
    assert found(**arguments) == expected


def test_files_that_are_not_there_or_no_json_are_named(tmp_path: Path) -> None:
    assert found(tmp_path) == [str(tmp_path / "community.json")]
    for text in ("{", "[]", '{"a": "\ud800"}'.encode("utf-8", "surrogatepass").decode("utf-8", "replace")):
        (tmp_path / "community.json").write_text(text)
        assert len(found(tmp_path)) >= 1
    (tmp_path / "community.json").write_bytes(b"\xff\xfe")
    assert found(tmp_path) == [str(tmp_path / "community.json")]


def test_a_preset_takes_the_place_of_what_stands_beside_the_document() -> None:
    given = document()
    given["run"] |= {"allocation": "greedy", "step_minutes": 60}
    result = simulate(given, preset="at_eeg_static")
    assert (result.parameters["allocation"], result.parameters["step_minutes"]) == ("static_key", 15)
    assert found(given, preset="at_eeg_static", allocation="greedy") == ["allocation"]
    assert found(given, preset="atlantis") == ["preset"]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    simulate(document(), progress=lambda done, steps: told.append((done, steps)))
    assert told == [(23, STEPS), (STEPS, STEPS)]


SERVICES = ("fastapi", "starlette", "uvicorn", "httpx", "peewee", "psycopg2", "celery", "redis", "opentelemetry")


def test_no_service_s_library_is_imported() -> None:
    code = f"""
import sys
import hygge_engine
assert not {{"numba", "numpy", "pyarrow"}} & set(sys.modules), "importing the package alone must be cheap"
import numpy as np
result = hygge_engine.simulate(load_kw=np.ones((2, 24)), start="2024-05-01", step_minutes=60)
result.to_table()
assert not set({SERVICES!r}) & set(sys.modules), set({SERVICES!r}) & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=280)
