#!/usr/bin/env python3
"""Make an example community from the published folder of the ten metered homes in Fontana, California.

    convert_fontana.py <folder with load_pv_hourly.csv.gz, …> <output folder>

Writes community.json, profiles.csv.gz, mapping.json and assignments.json; the same input gives the same bytes. What is
decided here (and not by the source) is said in the README of the output folder and in the comments below. Standard
library only.
"""

import argparse
import csv
import io
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from convert_simbench import read, write_gzip, write_json, write_lines

ZONE = ZoneInfo("America/Los_Angeles")
CARBON = "carbon_kg_per_kwh"
# Fontana, California: the town, not the homes.
LOCATION = {"latitude": 34.09, "longitude": -117.44}


def community(buildings: list[dict[str, str]]) -> dict[str, Any]:
    """The document in the form hygge-community/1. One transformer without a limit: the source knows of none."""
    return {
        "format": "hygge-community/1",
        "name": "Fontana homes",
        "timezone": ZONE.key,
        "currency": "USD",
        "location": LOCATION,
        "transformers": [{"id": "T1", "name": "Fontana", "houses": [house(row) for row in buildings]}],
        "priority_lists": [],
    }


def house(row: dict[str, str]) -> dict[str, Any]:
    # The challenge's simulator loses the square root of the given efficiency in each direction.
    efficiency = round(math.sqrt(float(row["battery_efficiency"])), 6)
    name = row["building"]
    return {
        "id": name,
        "name": name,
        "house_type": "household",
        "flags": ["prosumer"],
        "devices": [
            {"kind": "solar_panel", "name": f"{name} PV", "capacity_kwp": float(row["pv_kwp"])},
            {
                "kind": "battery",
                "name": f"{name} battery",
                "capacity_kwh": float(row["battery_kwh"]),
                "max_charge_kw": float(row["battery_kw"]),
                "max_discharge_kw": float(row["battery_kw"]),
                "charge_efficiency": efficiency,
                "discharge_efficiency": efficiency,
                "initial_soc": 0.0,
            },
        ],
    }


def instant(stamp: str) -> datetime | None:
    """The UTC instant of a local stamp; None for the hour that the clock skips in spring."""
    local = datetime.fromisoformat(stamp).replace(tzinfo=ZONE)
    at = local.astimezone(UTC)
    return at if at.astimezone(ZONE).replace(tzinfo=None) == local.replace(tzinfo=None) else None


def rows_in_utc(rows: list[dict[str, str]]) -> list[list[str]]:
    """Stamped in UTC. The skipped hour's row is left out; the repeated hour, of which the source has one, is a gap."""
    names = [name for name in rows[0] if name != "timestamp_local"]
    found = []
    for row in rows:
        at = instant(row["timestamp_local"])
        if at is not None:
            found.append([f"{at:%Y-%m-%dT%H:%MZ}", *(row[name] for name in names)])
    return found


def mapping(buildings: list[dict[str, str]]) -> dict[str, Any]:
    """How profiles.csv.gz is to be read: kWh in the hour, the one gap (the repeated hour) filled in between."""
    series = []
    for row in buildings:
        name = row["building"]
        series.append({"column": f"{name}_load_kwh", "name": f"{name} load", "profile_type": "load", "unit": "kWh"})
        series.append({"column": f"{name}_pv_kwh", "name": f"{name} PV", "profile_type": "solar", "unit": "kWh"})
    series.append({"column": CARBON, "name": "Fontana carbon", "profile_type": "carbon", "unit": "kg/kWh"})
    return {
        "timestamp_column": "timestamp_utc",
        "timezone": "UTC",
        "interval_label": "start",
        "step_minutes": 60,
        "gaps": "interpolate",
        "max_gap_steps": 1,
        "series": series,
    }


def write_profiles(source: Path, target: Path) -> None:
    load, rates = read(source, "load_pv_hourly.csv.gz"), read(source, "tariff_carbon_hourly.csv.gz")
    joined = [left | {CARBON: right[CARBON]} for left, right in zip(load, rates, strict=True)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["timestamp_utc", *(name for name in joined[0] if name != "timestamp_local")])
    writer.writerows(rows_in_utc(joined))
    write_gzip(target / "profiles.csv.gz", text.getvalue())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    chosen = parser.parse_args()
    chosen.target.mkdir(parents=True, exist_ok=True)
    buildings = read(chosen.source, "buildings.csv")
    names = [row["building"] for row in buildings]
    pairs = [{"house": name, "profile": f"{name} {kind}", "scale": 1.0} for name in names for kind in ("load", "PV")]
    write_json(chosen.target / "community.json", community(buildings))
    write_json(chosen.target / "mapping.json", mapping(buildings))
    write_lines(chosen.target / "assignments.json", pairs)
    write_profiles(chosen.source, chosen.target)


if __name__ == "__main__":
    main()
