#!/usr/bin/env python3
"""Make an example community from a published SimBench low-voltage folder.

    convert_simbench.py <folder with loads.csv, generators.csv, …> <output folder> [--name NAME]

Writes community.json, profiles.csv.gz, mapping.json and assignments.json; the same input gives the same bytes. What is
decided here (and not by SimBench) is said in the README of the output folder and in the comments below. Standard
library only.
"""

import argparse
import csv
import gzip
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, str]

# The kind of a load in the published table → the type of the profile that it follows.
PROFILE_TYPES = {
    "household": "load",
    "commercial": "load",
    "agriculture": "load",
    "heat_pump": "heat",
    "ev_home": "ev",
    "ev_work": "ev",
}
# The house gets the type of its base load.
HOUSE_TYPES = ("household", "commercial", "agriculture")
# SimBench says what a charge point draws, not how large the cars' batteries are: chosen by us, used by no profile.
ASSUMED_CAR_BATTERY_KWH = 50.0
# The published efficiency is read as one way, see the README ("Batteries").
PERCENT = 0.01


def read(folder: Path, name: str) -> list[Row]:
    path = folder / name
    if name.endswith(".gz"):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def natural(name: str) -> list[Any]:
    """Sort key: 'Bus 9' before 'Bus 10'."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def by_bus(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["bus"]].append(row)
    return found


def devices(loads: list[Row], generators: list[Row], storages: list[Row]) -> list[dict[str, Any]]:
    """The devices of one house, named like the elements of the grid."""
    found: list[dict[str, Any]] = []
    for row in generators:
        power = float(row["p_kw"])
        # The nominal value is the size of inverter and connection (the profile's highest value is about 0.6).
        found.append({"kind": "solar_panel", "name": row["generator"], "capacity_kwp": power, "inverter_kw": power})
    for row in storages:
        found.append(battery(row))
    for row in loads:
        power = float(row["p_kw"])
        if row["kind"] == "heat_pump":
            found.append({"kind": "heat_pump", "name": row["load"], "max_power_kw": power})
        elif row["kind"] in ("ev_home", "ev_work"):
            car = {"capacity_kwh": ASSUMED_CAR_BATTERY_KWH, "max_charge_kw": power}
            found.append({"kind": "electric_vehicle", "name": row["load"], **car})
    return found


def battery(row: Row) -> dict[str, Any]:
    power, efficiency = float(row["p_rated_kw"]), float(row["efficiency"])
    return {
        "kind": "battery",
        "name": row["storage"],
        "capacity_kwh": float(row["e_kwh"]),
        "max_charge_kw": power,
        "max_discharge_kw": power,
        "charge_efficiency": efficiency,
        "discharge_efficiency": efficiency,
        "initial_soc": round(float(row["soc_start_percent"]) * PERCENT, 6),
        "self_discharge_per_day": round(float(row["self_discharge_percent_per_day"]) * PERCENT, 6),
    }


def house(bus: str, loads: list[Row], generators: list[Row], storages: list[Row]) -> dict[str, Any]:
    kinds = [row["kind"] for row in loads]
    types = [kind for kind in HOUSE_TYPES if kind in kinds]
    return {
        "id": bus,
        "name": bus,
        "house_type": types[0] if types else "generation",
        "flags": ["prosumer"] if generators else [],
        "devices": devices(loads, generators, storages),
    }


def community(folder: Path, name: str) -> dict[str, Any]:
    """The document in the form hygge-community/1."""
    station = read(folder, "transformers.csv")[0]
    loads, generators, storages = (
        by_bus(read(folder, file)) for file in ("loads.csv", "generators.csv", "storages.csv")
    )
    place = next(row for row in read(folder, "buses.csv") if row["bus"] == station["lv_bus"])
    buses = sorted(set(loads) | set(generators) | set(storages), key=natural)
    return {
        "format": "hygge-community/1",
        "name": name,
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "location": {"latitude": float(place["lat"]), "longitude": float(place["lon"])},
        "transformers": [
            {
                "id": station["transformer"],
                "name": station["transformer"],
                # The rating in kVA at a power factor of 1.
                "capacity_kw": float(station["sn_kva"]),
                "houses": [house(bus, loads[bus], generators[bus], storages[bus]) for bus in buses],
            }
        ],
        "priority_lists": [],
        "network": network(folder, buses),
    }


def network(folder: Path, houses: list[str]) -> dict[str, Any]:
    """Buses, lines, transformer and the network upstream, by the names of the grid. A house hangs on its own bus."""
    source = read(folder, "external_grid.csv")[0]
    buses = sorted(read(folder, "buses.csv"), key=by_name("bus"))
    cut_off = open_ends(folder)
    return {
        "source": {"bus": source["bus"], "voltage_pu": float(source["vm_pu"])},
        "buses": [{"name": row["bus"], "voltage_kv": float(row["vn_kv"])} for row in buses],
        "lines": [line(row, cut_off) for row in sorted(read(folder, "lines.csv"), key=by_name("line"))],
        "transformers": [transformer(row) for row in read(folder, "transformers.csv")],
        "connections": [{"house": bus, "bus": bus} for bus in houses],
    }


def by_name(column: str) -> Callable[[Row], list[Any]]:
    return lambda row: natural(row[column])


def open_ends(folder: Path) -> set[tuple[str, str]]:
    """Bus and line of every open switch; the line is cut off at that end."""
    rows = [row for row in read(folder, "switches.csv") if row["closed"] != "True"]
    if any(row["element_type"] != "line" for row in rows):
        raise SystemExit("Only switches of lines are expected to be open.")
    return {(row["bus"], row["element"]) for row in rows}


def line(row: Row, cut_off: set[tuple[str, str]]) -> dict[str, Any]:
    figures = ("length_km", "r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km", "max_i_ka")
    found: dict[str, Any] = {"name": row["line"], "from_bus": row["from_bus"], "to_bus": row["to_bus"]}
    found |= {name: float(row[name]) for name in figures}
    # Only what differs from the form's defaults is written.
    found |= {"parallel": int(row["parallel"])} if row["parallel"] != "1" else {}
    found |= {"in_service": False} if row["in_service"] != "True" else {}
    return found | {f"{end}_closed": False for end in ("from", "to") if (row[f"{end}_bus"], row["line"]) in cut_off}


def transformer(row: Row) -> dict[str, Any]:
    """Its name plate, with the tap as published (for what pandapower makes of that tap see docs/network.md)."""
    plate = ("sn_kva", "vk_percent", "vkr_percent", "pfe_kw", "i0_percent")
    tap = {name: int(float(row[name])) for name in ("tap_pos", "tap_neutral")}
    return {
        "name": row["transformer"],
        "hv_bus": row["hv_bus"],
        "lv_bus": row["lv_bus"],
        "transformer": row["transformer"],
        "hv_kv": float(row["vn_hv_kv"]),
        "lv_kv": float(row["vn_lv_kv"]),
        **{name: float(row[name]) for name in plate},
        **tap,
        "tap_step_percent": float(row["tap_step_percent"]),
        "tap_side": row["tap_side"],
        "shift_degree": float(row["shift_degree"]),
        "parallel": int(row["parallel"]),
    }


def assignments(folder: Path) -> list[dict[str, Any]]:
    """House and profile by name; the scale is the nominal power. Equal profiles at one bus are one assignment."""
    scales: dict[tuple[str, str], float] = defaultdict(float)
    for row in read(folder, "loads.csv") + read(folder, "generators.csv"):
        scales[row["bus"], row["profile"]] += float(row["p_kw"])
    pairs = sorted(scales, key=lambda pair: (natural(pair[0]), pair[1]))
    return [
        {"house": bus, "profile": profile_name(profile), "scale": round(scales[bus, profile], 6)}
        for bus, profile in pairs
    ]


def series(folder: Path) -> list[dict[str, str]]:
    """The used profiles with their types, in the order of the columns."""
    types = {row["profile"]: PROFILE_TYPES[row["kind"]] for row in read(folder, "loads.csv")}
    types |= {row["profile"]: "solar" for row in read(folder, "generators.csv")}
    return [{"column": name, "name": profile_name(name), "profile_type": types[name]} for name in sorted(types)]


def profile_name(column: str) -> str:
    """All grids of SimBench share their profiles: the name says where it is from and not which grid uses it."""
    return f"SimBench {column}"


def mapping(columns: list[dict[str, str]]) -> dict[str, Any]:
    """How profiles.csv.gz is to be read. A few profiles have negative values down to -0.00002: clipped and reported."""
    return {
        "timestamp_column": "timestamp_utc",
        "timezone": "UTC",
        "interval_label": "start",
        "step_minutes": 15,
        "unit": "pu",
        "negative": "clip_to_zero",
        "series": columns,
    }


def write_profiles(folder: Path, target: Path, columns: list[dict[str, str]]) -> None:
    """The used columns of the two published files side by side, as they are."""
    load, generation = read(folder, "profiles_load_p.csv.gz"), read(folder, "profiles_generation.csv.gz")
    names = [column["column"] for column in columns]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["timestamp_utc", *names])
    for left, right in zip(load, generation, strict=True):
        if left["timestamp_utc"] != right["timestamp_utc"]:
            raise SystemExit(f"The profile files differ in time: {left['timestamp_utc']}, {right['timestamp_utc']}")
        row = left | right
        writer.writerow([row["timestamp_utc"], *(row[name] for name in names)])
    write_gzip(target / "profiles.csv.gz", text.getvalue())


def write_gzip(path: Path, text: str) -> None:
    """Compressed without name and time, so that equal text gives equal bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as file:
        file.write(text.encode())


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_community(path: Path, document: dict[str, Any]) -> None:
    """The document; what its network lists stands on one line each."""
    lines = []
    for name, value in document["network"].items():
        rows = (
            ",\n".join(f"   {json.dumps(row, ensure_ascii=False)}" for row in value) if isinstance(value, list) else ""
        )
        lines.append(f'  "{name}": ' + (f"[\n{rows}\n  ]" if rows else json.dumps(value, ensure_ascii=False)))
    rest = json.dumps(document | {"network": None}, indent=1, ensure_ascii=False)
    text = rest.removesuffix("null\n}") + "{\n" + ",\n".join(lines) + "\n }\n}\n"
    path.write_text(text, encoding="utf-8")


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """A JSON list with one line for each row."""
    path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--name", help="the community's name; the source folder's by default")
    chosen = parser.parse_args()
    chosen.target.mkdir(parents=True, exist_ok=True)
    columns = series(chosen.source)
    write_community(chosen.target / "community.json", community(chosen.source, chosen.name or chosen.source.name))
    write_json(chosen.target / "mapping.json", mapping(columns))
    write_lines(chosen.target / "assignments.json", assignments(chosen.source))
    write_profiles(chosen.source, chosen.target, columns)


if __name__ == "__main__":
    main()
