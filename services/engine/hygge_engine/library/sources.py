"""Where a simulation's inputs come from: a document with what belongs to it, or a folder of files."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hygge_core.errors import Finding
from hygge_engine.inputs.collect import Assignment
from hygge_engine.library.document import Community, Reference
from hygge_engine.library.findings import InputError, findings_of, raise_if, text_of
from hygge_engine.library.series import Profile, from_file, inline

# What belongs to a simulation and is no part of the community itself.
BESIDE = ("profiles", "assignments", "run")
PROFILE_FILES = ("profiles.parquet", "profiles.csv.gz", "profiles.csv")
# Of a stored run's parameters: they say when and how it was kept, not what is simulated.
NOT_PARAMETERS = ("grid_id", "name", "tags")


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was written, its profiles, its assignments (house, profile, scale) and a run's parameters."""

    document: Mapping[str, Any]
    profiles: list[Profile]
    assignments: Any
    run: dict[str, Any] = field(default_factory=dict)


class _Assignment(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    house: Reference
    profile: str
    scale: float = Field(1.0, gt=0, le=1e9)


def read_source(given: str | Path | Mapping[str, Any]) -> Source:
    """Read a document, the path of one, or the path of a folder with a community.json. InputError with all findings.

    Profiles, assignments and run parameters stand in the document itself (`profiles`, `assignments`, `run`), or in
    files beside it: profiles.csv.gz, profiles.csv or profiles.parquet with mapping.json; assignments.json; run.json.
    """
    folder = Path()
    if isinstance(given, Mapping):
        raw = given
    else:
        path = Path(given)
        path = path / "community.json" if path.is_dir() else path
        raw, folder = _json(path, dict), path.parent
    document = {name: value for name, value in raw.items() if name not in BESIDE}
    beside = {name: raw[name] for name in BESIDE if name in raw}
    if not isinstance(given, Mapping):
        beside = {**_files(folder, [name for name in BESIDE if name not in beside]), **beside}
    profiles = _profiles(beside.get("profiles", []), folder)
    run = beside.get("run", {})
    if not isinstance(run, dict):
        raise InputError([Finding("run", "must be an object of parameters")])
    kept = {name: value for name, value in run.items() if name not in NOT_PARAMETERS}
    return Source(document, profiles, beside.get("assignments", []), kept)


def _json(path: Path, kind: type) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError([Finding(str(path), f"can't be read: {reason}")]) from error
    except json.JSONDecodeError as error:
        raise InputError([Finding(str(path), f"is not JSON: {error}")]) from error
    if not isinstance(content, kind):
        raise InputError([Finding(str(path), f"holds {text_of(content)[:30]} where a community is expected")])
    return content


def _files(folder: Path, wanted: Sequence[str]) -> dict[str, Any]:
    """What stands beside a document."""
    found: dict[str, Any] = {}
    file = next((folder / name for name in PROFILE_FILES if (folder / name).is_file()), None)
    if "profiles" in wanted and file is not None:
        mapping = folder / "mapping.json"
        found["profiles"] = {**(_json(mapping, dict) if mapping.is_file() else {}), "file": file.name}
    for name, kind in (("assignments", list), ("run", dict)):
        if name in wanted and (folder / f"{name}.json").is_file():
            found[name] = _json(folder / f"{name}.json", kind)
    return found


def _profiles(given: Any, folder: Path) -> list[Profile]:
    """Profiles with values, or files of them, or both; each name once."""
    items = [given] if isinstance(given, Mapping) else list(given) if isinstance(given, list | tuple) else None
    if items is None or not all(isinstance(item, Mapping) for item in items):
        raise InputError([Finding("profiles", "must be a list of profiles, or a file with its mapping")])
    profiles: list[Profile] = []
    found: list[Finding] = []
    for index, item in enumerate(items):
        try:
            if "file" in item:
                mapping = {name: value for name, value in item.items() if name != "file"}
                profiles += from_file(folder / str(item["file"]), mapping, f"profiles.{index}")
            else:
                profiles += _inline(item, index)
        except InputError as error:
            found += error.findings
    names = [profile.name for profile in profiles]
    found += [
        Finding("profiles", f"two have the name {name!r}") for name in sorted({n for n in names if names.count(n) > 1})
    ]
    raise_if(found)
    return profiles


def _inline(item: Mapping[str, Any], index: int) -> list[Profile]:
    try:
        return inline([item], "profiles")
    except InputError as error:
        # It was validated as a list of its own.
        moved = [
            Finding(finding.field.replace("profiles.0", f"profiles.{index}", 1), finding.message)
            for finding in error.findings
        ]
        raise InputError(moved) from error


def assigned(source: Source, community: Community) -> list[Assignment]:
    """Assignments by the houses' numbers and the profiles' places; InputError with all findings."""
    if not isinstance(source.assignments, list | tuple):
        raise InputError([Finding("assignments", "must be a list of {house, profile, scale}")])
    row = {profile.name: index for index, profile in enumerate(source.profiles)}
    found: list[Finding] = []
    read: list[Assignment] = []
    for index, raw in enumerate(source.assignments):
        try:
            item = _Assignment.model_validate(raw)
        except ValidationError as error:
            found += findings_of(error, f"assignments.{index}")
            continue
        unknown = [*_unknown(item, community, row, f"assignments.{index}")]
        found += unknown
        if not unknown:
            read.append(Assignment(community.house_ids[item.house], row[item.profile], item.scale))
    raise_if(found)
    return read


def _unknown(item: _Assignment, community: Community, row: Mapping[str, int], path: str) -> Iterator[Finding]:
    if item.house not in community.house_ids:
        yield Finding(f"{path}.house", f"{item.house!r} is not the id or name of one house of the community")
    if item.profile not in row:
        yield Finding(f"{path}.profile", f"there is no profile {item.profile!r}")
