"""Example communities: read a folder of `examples/`, bring it in through the public API, run it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from hygge_local.client import Api, ApiError
from hygge_local.files import PROJECT

FOLDER = PROJECT / "examples"
FINAL = ("succeeded", "failed", "cancelled")

Report = Callable[[str], None]


@dataclass(frozen=True)
class Example:
    """The content of an example's folder, see examples/README.md."""

    folder: Path
    document: dict[str, Any]
    mapping: dict[str, Any]
    assignments: list[dict[str, Any]]
    run: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.document["name"])


@dataclass(frozen=True)
class Community:
    """An example inside a running Hygge: ids by name."""

    grid_id: int
    houses: dict[str, int]
    profiles: dict[str, int]


def names() -> list[str]:
    """The examples there are."""
    return sorted(path.parent.name for path in FOLDER.glob("*/community.json"))


def read_example(name: str) -> Example:
    """Read an example by the name of its folder. Raises ValueError with the known names if there is none."""
    folder = FOLDER / name
    if name not in names():
        raise ValueError(f"There is no example {name!r}; there are: {', '.join(names())}.")
    document, mapping, assignments, run = (
        json.loads((folder / f"{part}.json").read_text(encoding="utf-8"))
        for part in ("community", "mapping", "assignments", "run")
    )
    return Example(folder, document, mapping, assignments, run)


def load_example(api: Api, example: Example, report: Report = lambda line: None) -> Community:
    """Bring the example in, as any user would: profiles, then the community, then who follows which profile.

    What is there already (by name) is used again, so an import that was cut off is completed.
    """
    profiles = _profiles(api, example, report)
    grid_id, houses = _community(api, example, report)
    present = sum(1 for _ in api.items(f"/grids/{grid_id}/assignments"))
    if present != len(example.assignments):
        wanted = [
            {"house_id": houses[row["house"]], "profile_id": profiles[row["profile"]], "scale": row["scale"]}
            for row in example.assignments
        ]
        api.put(f"/grids/{grid_id}/assignments", json=wanted)
        report(f"{len(wanted)} assignments of profiles to houses")
    return Community(grid_id, houses, profiles)


def _profiles(api: Api, example: Example, report: Report) -> dict[str, int]:
    """Ids by name; uploads those that are missing."""
    wanted = {series["name"]: series for series in example.mapping["series"]}
    found = {row["name"]: int(row["id"]) for row in api.items("/profiles") if row["name"] in wanted}
    missing = [series for name, series in wanted.items() if name not in found]
    if missing:
        uploaded = upload(api, example.folder / "profiles.csv.gz", {**example.mapping, "series": missing})
        found |= {row["name"]: int(row["id"]) for row in uploaded["profiles"]}
        report(f"{len(missing)} profiles uploaded{_remarks(uploaded['report'])}")
    return found


def upload(api: Api, path: Path, mapping: dict[str, Any]) -> dict[str, Any]:
    """Upload one file; returns the new profiles and the report."""
    with path.open("rb") as file:
        answer = api.post("/profiles/upload", files={"file": (path.name, file)}, data={"mapping": json.dumps(mapping)})
    return dict(answer)


def _remarks(report: dict[str, Any]) -> str:
    words = {
        "rows_read": "rows read",
        "gaps_filled": "gaps filled",
        "duplicates": "duplicates",
        "clipped": "values clipped",
    }
    parts = [f"{report[key]:,} {word}" for key, word in words.items() if report.get(key)]
    return f" ({', '.join(parts)})" if parts else ""


def _community(api: Api, example: Example, report: Report) -> tuple[int, dict[str, int]]:
    """The grid's id and its houses' ids by name; imports the document if no grid has its name."""
    present = next((grid for grid in api.items("/grids") if grid["name"] == example.name), None)
    if present is None:
        document = api.post("/grids/import", json=example.document)
        houses = sum(len(transformer["houses"]) for transformer in document["transformers"])
        report(f"community {example.name!r} imported: {houses} houses")
    else:
        document = api.get(f"/grids/{present['id']}/topology")
    ids = {
        house["name"]: int(house["id"]) for transformer in document["transformers"] for house in transformer["houses"]
    }
    return int(document["id"]), ids


def run_request(example: Example, community: Community) -> dict[str, Any]:
    """The body of `POST /runs`: the example's parameters with ids in place of names."""
    return {**_with_ids(example.run, community.profiles), "grid_id": community.grid_id}


def _with_ids(value: dict[str, Any], profiles: dict[str, int]) -> dict[str, Any]:
    """`profile` and `…_profile` name a profile; the API knows them as `…profile_id`."""
    found: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, dict):
            found[key] = _with_ids(item, profiles)
        elif isinstance(item, str) and (key == "profile" or key.endswith("_profile")):
            found[f"{key}_id"] = profiles[item]
        else:
            found[key] = item
    return found


def start_run(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    return dict(api.post("/runs", json=body))


def follow_run(api: Api, run_id: int) -> Iterator[dict[str, Any]]:
    """The run's progress until it has ended; the last one is the whole run. Raises ApiError if it failed."""
    while True:
        try:
            for event in api.events(f"/runs/{run_id}/events"):
                yield event
                if event.get("status") in FINAL:
                    break
        except httpx.TransportError:
            pass  # a stream that breaks off is opened again; the run does not depend on it
        run = dict(api.get(f"/runs/{run_id}", params={"include": "none"}))
        yield run
        if run["status"] in FINAL:
            break
    if run["status"] != "succeeded":
        error = run.get("error") or {}
        raise ApiError(200, f"Run {run_id} {run['status']}: {error.get('detail', '')}", error.get("errors", []))


def finished_run(api: Api, example: Example, community: Community) -> dict[str, Any] | None:
    """A run of this community with the example's parameters that has succeeded, the latest if there are several."""
    tags = example.run.get("tags", [])
    runs = [
        run for run in api.items("/runs", grid_id=community.grid_id)
        if run["grid_id"] == community.grid_id and run["status"] == "succeeded"
        and run["name"] == example.run["name"] and set(tags) <= set(run["tags"])
    ]  # fmt: skip
    return max(runs, key=lambda run: int(run["id"]), default=None)
