"""Communities for tests: documents with their profiles, set up through the public API like any user's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tests.e2e.client import Api

START = datetime(2016, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Built:
    """What a test needs to know of a community that is set up."""

    grid_id: int
    houses: dict[str, int]
    transformers: dict[str, int]
    priority_lists: dict[str, int]


def battery(**changes: Any) -> dict[str, Any]:
    """A battery device of 5 kWh; `changes` replace its data."""
    plain = {
        "kind": "battery",
        "capacity_kwh": 5.0,
        "max_charge_kw": 2.5,
        "max_discharge_kw": 2.5,
        "charge_efficiency": 0.95,
        "discharge_efficiency": 0.95,
        "initial_soc": 0.0,
    }
    return plain | changes


def house(name: str, *devices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": name, "house_type": "household", "flags": [], "devices": list(devices), **fields}


def document(name: str, transformers: dict[str, list[dict[str, Any]]], **fields: Any) -> dict[str, Any]:
    return {
        "format": "hygge-community/1",
        "name": name,
        "timezone": "UTC",
        "currency": "EUR",
        "transformers": [{"name": key, "capacity_kw": None, "houses": houses} for key, houses in transformers.items()],
        **fields,
    }


def set_up(api: Api, doc: dict[str, Any], profiles: dict[str, dict[str, list[float]]], step_minutes: int = 15) -> Built:
    """Import the document, upload one CSV of all series, assign them; `profiles`: house → profile type → kW."""
    stored = api("POST", "/grids/import", json=doc)
    houses = {h["name"]: h["id"] for t in stored["transformers"] for h in t["houses"]}
    columns = {
        f"{name} {kind}": (name, kind, values) for name, kinds in profiles.items() for kind, values in kinds.items()
    }
    series = [{"column": column, "name": column, "profile_type": kind} for column, (_, kind, _) in columns.items()]
    mapping = {"timestamp_column": "timestamp", "step_minutes": step_minutes, "unit": "kW", "series": series}
    ids = api.upload(_csv({column: values for column, (_, _, values) in columns.items()}, step_minutes), mapping)
    assignments = [
        {"house_id": houses[name], "profile_id": ids[column], "scale": 1.0} for column, (name, _, _) in columns.items()
    ]
    api("PUT", f"/grids/{stored['id']}/assignments", json=assignments)
    return Built(
        stored["id"],
        houses,
        {t["name"]: t["id"] for t in stored["transformers"]},
        {p["name"]: p["id"] for p in stored["priority_lists"]},
    )


def _csv(columns: dict[str, list[float]], step_minutes: int) -> str:
    steps = len(next(iter(columns.values())))
    stamps = [START + i * timedelta(minutes=step_minutes) for i in range(steps)]
    lines = ["timestamp," + ",".join(columns)]
    lines += [
        f"{stamp:%Y-%m-%dT%H:%MZ}," + ",".join(repr(float(values[i])) for values in columns.values())
        for i, stamp in enumerate(stamps)
    ]
    return "\n".join(lines) + "\n"


def period(steps: int, step_minutes: int = 15) -> dict[str, Any]:
    """The run parameters for the first `steps` steps of the uploaded profiles."""
    end = START + steps * timedelta(minutes=step_minutes)
    return {
        "start": START.isoformat().replace("+00:00", "Z"),
        "end": end.isoformat().replace("+00:00", "Z"),
        "step_minutes": step_minutes,
    }


def sunny_village(houses: int, days: int, seed: int = 1) -> tuple[dict[str, Any], dict[str, dict[str, list[float]]]]:
    """A seeded community of two transformers in Berlin's time zone: half have sun, a quarter batteries."""
    random = np.random.default_rng(seed)
    hours = np.arange(days * 96) / 4
    sun = np.clip(np.sin((hours % 24 - 6) / 12 * np.pi), 0, None)
    members: list[dict[str, Any]] = []
    profiles: dict[str, dict[str, list[float]]] = {}
    for i in range(houses):
        devices = ([{"kind": "solar_panel", "capacity_kwp": 6.0}] if i % 2 == 0 else []) + (
            [battery()] if i % 4 == 0 else []
        )
        members.append(house(f"house {i}", *devices, flags=["medical"] if i == 1 else []))
        load = 0.2 + random.gamma(2.0, 0.3, len(hours))
        profiles[f"house {i}"] = {"load": load.round(4).tolist()}
        if i % 2 == 0:
            profiles[f"house {i}"]["solar"] = (sun * random.uniform(2, 6)).round(4).tolist()
    half = houses // 2
    doc = document("village", {"north": members[:half], "south": members[half:]}, timezone="Europe/Berlin")
    doc["priority_lists"] = [{"name": "care", "configuration": [{"flags": ["medical"], "houses": []}]}]
    return doc, profiles
