"""The example communities: consistent in themselves, and their sums are those of the published data."""

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hygge_local import examples
from hygge_local.files import PROJECT

DATA = PROJECT.parent / "shared" / "data"
SOURCES = {
    "simbench_semiurb": ("convert_simbench.py", "simbench_lv_semiurb5", "SimBench semi-urban"),
    "simbench_rural": ("convert_simbench.py", "simbench_lv_rural1", "SimBench rural"),
    "fontana_homes": ("convert_fontana.py", "households_fontana", None),
}
ALL = (*SOURCES, "all_devices")
# Sums that the publisher's folders state: load MWh, PV MWh, highest load kW.
STATED = {"simbench_semiurb": (525.0, 121.3, 205.8), "simbench_rural": (233.9, 302.3, 109.1)}

Columns = dict[str, NDArray[np.float64]]


@cache
def profiles(name: str) -> tuple[list[str], Columns]:
    """Stamps and columns of an example's profiles."""
    with gzip.open(examples.FOLDER / name / "profiles.csv.gz", "rt", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    values = np.array([row[1:] for row in rows], np.float64)
    return [row[0] for row in rows], {column: values[:, index] for index, column in enumerate(header[1:])}


def totals(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Load and generation of the whole community in each step, kW (negative values clipped as at the upload)."""
    example = examples.read_example(name)
    series = {row["name"]: row for row in example.mapping["series"]}
    _, columns = profiles(name)
    load = generation = np.zeros(len(next(iter(columns.values()))))
    for row in example.assignments:
        of = series[row["profile"]]
        power = np.maximum(columns[of["column"]], 0.0) * row["scale"]
        if of["profile_type"] == "solar":
            generation = generation + power
        else:
            load = load + power
    return load, generation


def named(parameters: dict[str, Any]) -> Iterator[str]:
    """The profiles that a run's parameters name."""
    for key, value in parameters.items():
        if isinstance(value, dict):
            yield from named(value)
        elif key == "profile" or key.endswith("_profile"):
            yield value


@pytest.mark.parametrize("name", sorted(ALL))
def test_names_agree(name: str) -> None:
    example = examples.read_example(name)
    houses = [house["name"] for part in example.document["transformers"] for house in part["houses"]]
    series = [row["name"] for row in example.mapping["series"]]
    assert example.document["format"] == "hygge-community/1"
    assert len(set(houses)) == len(houses)
    assert len(set(series)) == len(series)
    assert {row["house"] for row in example.assignments} == set(houses)
    assert {row["profile"] for row in example.assignments} | set(named(example.run)) == set(series)
    assert all(row["scale"] > 0 for row in example.assignments)
    pairs = [(row["house"], row["profile"]) for row in example.assignments]
    assert len(set(pairs)) == len(pairs)
    assert set(profiles(name)[1]) == {row["column"] for row in example.mapping["series"]}


@pytest.mark.parametrize("name", sorted(STATED))
def test_sums_are_the_stated_ones(name: str) -> None:
    load, generation = totals(name)
    assert (round(load.sum() / 4000, 1), round(generation.sum() / 4000, 1), round(load.max(), 1)) == STATED[name]
    stamps, _ = profiles(name)
    assert (len(stamps), stamps[0], stamps[-1]) == (35136, "2015-12-31T23:00Z", "2016-12-31T22:45Z")


def published(folder: str, file: str) -> list[dict[str, str]]:
    path = DATA / folder / file
    if not path.exists():
        pytest.skip(f"needs the published data in {DATA}")
    with path.open(newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.parametrize("name", sorted(STATED))
def test_sums_are_those_of_the_power_flow(name: str) -> None:
    """An independent power flow (pandapower, two weeks) lists load and generation at the full hours."""
    reference = published(SOURCES[name][1], "reference_powerflow.csv")
    load, generation = totals(name)
    at = {stamp: index for index, stamp in enumerate(profiles(name)[0])}
    rows = [at[row["timestamp_utc"]] for row in reference]
    assert len(rows) == 336
    expected = np.array([[float(row["sum_load_p_kw"]), float(row["sum_generation_p_kw"])] for row in reference])
    np.testing.assert_allclose(np.column_stack([load[rows], generation[rows]]), expected, atol=2e-3)


def test_semi_urban_community() -> None:
    document = examples.read_example("simbench_semiurb").document
    [transformer] = document["transformers"]
    devices = [device for house in transformer["houses"] for device in house["devices"]]
    counts = {kind: sum(1 for device in devices if device["kind"] == kind) for kind in {d["kind"] for d in devices}}
    assert transformer["capacity_kw"] == 630.0
    assert len(transformer["houses"]) == 104
    assert counts == {"solar_panel": 15, "battery": 15, "heat_pump": 14, "electric_vehicle": 11}
    assert sum(d["capacity_kwh"] for d in devices if d["kind"] == "battery") == pytest.approx(495.5, abs=0.05)
    assert sum(d["capacity_kwp"] for d in devices if d["kind"] == "solar_panel") == pytest.approx(184.7, abs=0.05)
    battery = next(d for d in devices if d["kind"] == "battery")
    assert (battery["charge_efficiency"], battery["self_discharge_per_day"], battery["initial_soc"]) == (
        0.95,
        0.0013,
        0,
    )


@pytest.mark.parametrize("name", sorted(STATED))
def test_prosumers_are_the_houses_with_panels(name: str) -> None:
    for part in examples.read_example(name).document["transformers"]:
        for house in part["houses"]:
            has_panels = any(device["kind"] == "solar_panel" for device in house["devices"])
            assert house["flags"] == (["prosumer"] if has_panels else [])


@pytest.mark.parametrize("name", sorted(STATED))
def test_no_battery_stands_beside_panels(name: str) -> None:
    """The READMEs say so, and choose the storage strategy for it."""
    example = examples.read_example(name)
    for part in example.document["transformers"]:
        for house in part["houses"]:
            assert not {"solar_panel", "battery"} <= {device["kind"] for device in house["devices"]}
    assert example.run["storage_strategy"] == "community"


def test_fontana_sums_and_clock() -> None:
    """Year sums are the published ones but for the hour that the clock skips; the repeated hour is missing."""
    stamps, columns = profiles("fontana_homes")
    assert (len(stamps), stamps[0], stamps[-1]) == (8759, "2016-08-01T06:00Z", "2017-08-01T05:00Z")
    minutes = np.array([stamp.removesuffix("Z") for stamp in stamps], "datetime64[m]").astype(np.int64)
    gaps = np.flatnonzero(np.diff(minutes) != 60)
    assert [stamps[index] for index in gaps] == ["2016-11-06T08:00Z"]
    assert np.diff(minutes)[gaps].tolist() == [120]
    for row in published("households_fontana", "buildings.csv"):
        for kind in ("load", "pv"):
            stated = float(row[f"{kind}_kwh_year"])
            assert columns[f"{row['building']}_{kind}_kwh"].sum() == pytest.approx(stated, abs=6)
    # With the clock undone, the sun's middle is the same in winter and summer (by the clock it differs).
    solar = sum(values for name, values in columns.items() if "_pv_" in name)
    standard_hour = (minutes // 60 - 8) % 24 + 0.5
    month = np.array([int(stamp[5:7]) for stamp in stamps])
    middles = [
        np.average(standard_hour[chosen], weights=solar[chosen]) for chosen in (month <= 2, (month >= 6) & (month <= 8))
    ]
    assert all(11.0 < middle < 12.5 for middle in middles)
    assert abs(middles[0] - middles[1]) < 0.5


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_converter_makes_the_same_bytes(name: str, tmp_path: Path) -> None:
    script, folder, title = SOURCES[name]
    published(
        folder, "README.md" if not (DATA / folder).exists() else "buildings.csv" if title is None else "loads.csv"
    )
    arguments = [sys.executable, PROJECT / "examples" / script, DATA / folder, tmp_path]
    subprocess.run([*arguments, *(["--name", title] if title else [])], check=True)
    for file in ("community.json", "mapping.json", "assignments.json"):
        assert (tmp_path / file).read_text() == (examples.FOLDER / name / file).read_text(), file
    # Compressed bytes may differ between versions of zlib, the text may not.
    unpacked = [gzip.decompress((path / "profiles.csv.gz").read_bytes()) for path in (tmp_path, examples.FOLDER / name)]
    assert unpacked[0] == unpacked[1]


def test_the_example_of_all_devices_is_made_from_published_series(tmp_path: Path) -> None:
    for folder in ("households_fontana", "weather_potsdam_2019", "price_dayahead_2019"):
        published(folder, "README.md")
    subprocess.run([sys.executable, PROJECT / "examples" / "convert_all_devices.py", DATA, tmp_path], check=True)
    for file in ("community.json", "mapping.json", "assignments.json"):
        assert (tmp_path / file).read_text() == (examples.FOLDER / "all_devices" / file).read_text(), file
    made, kept = (
        gzip.decompress((path / "profiles.csv.gz").read_bytes()) for path in (tmp_path, examples.FOLDER / "all_devices")
    )
    assert made == kept


def test_the_example_of_all_devices_has_all_of_them_and_plausible_series() -> None:
    document = examples.read_example("all_devices").document
    kinds = [
        device["kind"] for part in document["transformers"] for house in part["houses"] for device in house["devices"]
    ]
    assert len(set(kinds)) == 8
    stamps, columns = profiles("all_devices")
    assert (len(stamps), stamps[0], stamps[-1]) == (8760, "2018-12-31T23:00Z", "2019-12-31T22:00Z")
    assert 700 < columns["solar_pu"].sum() < 950  # kWh per kWp that lie flat, near Berlin
    assert 0.02 < columns["wind_pu"].mean() < 0.4
    assert columns["solar_pu"].max() <= 1.0 and columns["wind_pu"].max() <= 1.0
    assert abs(columns["temperature_c"].mean() - 11.1) < 0.1
    assert abs(columns["price_eur_mwh"].mean() - 37.67) < 0.01
    assert (columns["price_eur_mwh"] < 0).sum() == 211


def test_profiles_of_a_run_are_called_by_their_ids() -> None:
    example = examples.read_example("all_devices")
    community = examples.Community(7, {}, {row["name"]: index for index, row in enumerate(example.mapping["series"])})
    body = examples.run_request(example, community)
    assert body["grid_id"] == 7
    assert (body["tariff"]["profile_id"], body["temperature_profile_id"]) == (10, 9)
    assert not set(named(body))


@pytest.mark.parametrize("name", sorted(ALL))
def test_folder_is_complete_small_and_licensed(name: str) -> None:
    folder = examples.FOLDER / name
    licence = (folder / "LICENCE.md").read_text()
    assert "Citation" in licence
    assert ("ODbL" in licence) == name.startswith("simbench")
    assert "LICENCE.md" in (folder / "README.md").read_text()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 2_000_000


def test_an_unknown_example_is_named() -> None:
    with pytest.raises(ValueError, match="simbench_semiurb"):
        examples.read_example("atlantis")


def test_gzip_is_reproducible(tmp_path: Path) -> None:
    sys.path.insert(0, str(PROJECT / "examples"))
    try:
        from convert_simbench import write_gzip
    finally:
        sys.path.pop(0)
    for name in ("a", "b"):
        write_gzip(tmp_path / name, "text")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert gzip.decompress((tmp_path / "a").read_bytes()) == b"text"


def test_run_parameters_are_plain_json() -> None:
    for name in ALL:
        run: dict[str, Any] = json.loads((examples.FOLDER / name / "run.json").read_text())
        assert {"start", "end", "step_minutes", "tariff"} <= set(run)
        assert "grid_id" not in run
