"""`simulate`: a run in this process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hygge_core.errors import Finding
from hygge_core.resample import to_step
from hygge_core.timeaxis import TimeAxis, utc_text
from hygge_engine.inputs.assemble import assemble
from hygge_engine.inputs.collect import Assignment, Bundle
from hygge_engine.inputs.validate import (
    axis_of,
    check_parameters,
    check_profiles,
    check_topology,
    named_profiles,
    wanted_profiles,
)
from hygge_engine.library.arrays import Given, from_arrays
from hygge_engine.library.collected import Progress, collected
from hygge_engine.library.document import Community, complete
from hygge_engine.library.findings import InputError, raise_if
from hygge_engine.library.request import MAX_DAYS, merged, moment, request_of, year_of, zone_of
from hygge_engine.library.result import Result
from hygge_engine.library.series import Profile
from hygge_engine.library.sources import Source, assigned, read_source
from hygge_engine.runs.schemas import RunRequest

# As the services have it: the cut of a run into windows is part of its digest.
WINDOW_HOUSE_STEPS = 4_000_000
DEFAULT_STEP_MINUTES = 15
Moment = str | datetime | None
# Findings without which there is no time axis to look at profiles on.
UNTIMED = ("start", "end", "step_minutes", "topology.timezone", "grid_id")


def simulate(
    community: str | Path | Mapping[str, Any] | None = None,
    *,
    year: int | None = None,
    start: Moment = None,
    end: Moment = None,
    load_kw: ArrayLike | None = None,
    generation_kw: ArrayLike | None = None,
    heat_kw: ArrayLike | None = None,
    schedule_kw: ArrayLike | None = None,
    temperature_c: ArrayLike | None = None,
    price_per_kwh: ArrayLike | None = None,
    feed_in_per_kwh: ArrayLike | None = None,
    carbon_kg_per_kwh: ArrayLike | None = None,
    houses: Sequence[Mapping[str, Any]] | None = None,
    transformer: ArrayLike | None = None,
    capacity_kw: Sequence[float | None] | None = None,
    grid: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    window_house_steps: int = WINDOW_HOUSE_STEPS,
    **parameters: Any,
) -> Result:
    """Simulate a community, or arrays, and return everything that a run says.

    community: a document (`hygge-community/1`), with `profiles`, `assignments` and `run` beside its other fields; or
    the path of one, or of a folder with it; what the document does not have is read from the files beside it.

    Without a community: load_kw and generation_kw (what sun and wind offer), heat_kw, schedule_kw, in kW [houses,
    steps]; temperature_c, price_per_kwh, feed_in_per_kwh, carbon_kg_per_kwh [steps]; houses: fields of each house as
    in a document, with devices; transformer: each house's transformer, from 0; capacity_kw of transformers; grid:
    fields of the grid such as timezone, import_limit_kw. `start` (or `year`) is needed then.

    year: a calendar year by the community's clock; start, end: ISO 8601, without an offset by the community's clock;
    else the time of the run's parameters beside the document, else all that the profiles cover.
    parameters: those of POST /api/v1/runs (docs/library.md); profiles and priority lists may be called by name. They
    stand over those beside the document.
    progress: called with the steps done and all of them. InputError lists everything that is wrong.
    """
    arrays = {
        "load_kw": load_kw, "generation_kw": generation_kw, "heat_kw": heat_kw, "schedule_kw": schedule_kw,
        "temperature_c": temperature_c, "price_per_kwh": price_per_kwh, "feed_in_per_kwh": feed_in_per_kwh,
        "carbon_kg_per_kwh": carbon_kg_per_kwh,
    }  # fmt: skip
    time = {"year": year, "start": start, "end": end}
    if community is None:
        given = from_arrays(arrays, houses, transformer, capacity_kw, grid or {})
        return _of_arrays(given, time, parameters, progress, window_house_steps)
    others = {**arrays, "houses": houses, "transformer": transformer, "capacity_kw": capacity_kw, "grid": grid}
    raise_if(
        [Finding(name, "is for arrays, not beside a community") for name, value in others.items() if value is not None]
    )
    return simulate_source(read_source(community), time, parameters, progress, window_house_steps)


def _of_arrays(
    given: Given, time: dict[str, Any], parameters: dict[str, Any], progress: Progress | None, window_house_steps: int
) -> Result:
    named = complete(given.document)
    zone = zone_of(named.document["timezone"])
    if time["start"] is None and time["year"] is None:
        raise InputError([Finding("start", "is needed with arrays: the first step's beginning")])
    step = parameters.setdefault("step_minutes", DEFAULT_STEP_MINUTES)
    if not isinstance(step, int) or step <= 0:
        raise InputError([Finding("step_minutes", f"{step!r} is no number of minutes")])
    first = year_of(time["year"], zone)[0] if time["start"] is None else moment(time["start"], zone, "start")
    last = first + given.steps * timedelta(minutes=step)
    if time["end"] is not None and moment(time["end"], zone, "end") != last:
        raise InputError([Finding("end", f"is not where the {given.steps} steps of load_kw end, {utc_text(last)}")])
    whole = {**given.parameters, **parameters, "start": first, "end": last}
    request = request_of(whole, {}, named.lists)
    result = _run(named, request, lambda _axis: given.bundle, progress, window_house_steps)
    return replace(result, houses=result.houses.rows(given.place))


def simulate_source(
    source: Source,
    time: Mapping[str, Any],
    parameters: Mapping[str, Any],
    progress: Progress | None = None,
    window_house_steps: int = WINDOW_HOUSE_STEPS,
) -> Result:
    """Simulate what was read; time: `year`, `start`, `end` or None each; parameters stand over those of the source."""
    named = complete(source.document)
    known = {profile.name: place + 1 for place, profile in enumerate(source.profiles)}
    given = merged(source.run, parameters)
    first, last = time_of(source, time, named)
    request = request_of({**given, "start": first, "end": last}, known, named.lists)
    assignments = assigned(source, named)

    def bundle(axis: TimeAxis) -> Bundle:
        return bundle_of(source.profiles, assignments, wanted_profiles(request), named_profiles(request), axis)

    try:
        return _run(named, request, bundle, progress, window_house_steps)
    except InputError as error:
        raise InputError(_with_names(error.findings, source.profiles)) from error


def _with_names(findings: Sequence[Finding], profiles: Sequence[Profile]) -> list[Finding]:
    """Findings that call a profile by its number, with its name."""
    names = {f"profiles.{place + 1}": f"profiles.{profile.name}" for place, profile in enumerate(profiles)}
    return [Finding(names.get(finding.field, finding.field), finding.message) for finding in findings]


def time_of(source: Source, time: Mapping[str, Any], named: Community) -> tuple[datetime, datetime]:
    """Start and end: what is asked for, else what stands beside the document, else what all profiles cover."""
    zone = zone_of(named.document["timezone"])
    first, last = None, None
    if time["year"] is not None:
        first, last = year_of(time["year"], zone)
    else:
        first, last = (
            moment(source.run[name], zone, name) if name in source.run else None for name in ("start", "end")
        )
    first = moment(time["start"], zone, "start") if time["start"] is not None else first
    last = moment(time["end"], zone, "end") if time["end"] is not None else last
    if (first is None or last is None) and not source.profiles:
        raise InputError([Finding("profiles", "there are none; a simulation needs series of load")])
    first = first or max(profile.start for profile in source.profiles)
    return first, last or min(profile.end for profile in source.profiles)


def bundle_of(
    profiles: Sequence[Profile],
    assignments: Sequence[Assignment],
    wanted: Sequence[int],
    named: Mapping[str, tuple[int, str]],
    axis: TimeAxis,
) -> Bundle:
    """The profiles that the run follows, on its steps; numbers are places in `profiles`, from 1.

    InputError with every profile that is not there or does not cover the run.
    """
    unknown = [(path, number) for path, (number, _) in named.items() if number > len(profiles)]
    raise_if([Finding(path, f"there is no profile {number}") for path, number in unknown])
    used = sorted({a.row for a in assignments} | {number - 1 for number in wanted})
    short = [p for p in (profiles[place] for place in used) if p.start > axis.start or p.end < axis.end]
    raise_if([Finding(f"profiles.{p.name}", _uncovered(p, axis)) for p in short])
    row = {place: index for index, place in enumerate(used)}
    return Bundle(
        np.asarray([place + 1 for place in used], np.int64),
        tuple(profiles[place].profile_type for place in used),
        tuple(_on_axis(profiles[place], axis) for place in used),
        tuple(Assignment(a.house_id, row[a.row], a.scale) for a in assignments),
        "",
        axis.steps,
        {place + 1: profiles[place].unit for place in used},
    )


def _uncovered(profile: Profile, axis: TimeAxis) -> str:
    covered, asked = (
        f"{utc_text(a)} to {utc_text(b)}" for a, b in ((profile.start, profile.end), (axis.start, axis.end))
    )
    return f"covers {covered}, not all of {asked}"


def _on_axis(profile: Profile, axis: TimeAxis) -> NDArray[np.float32]:
    """Values on the run's steps, float32[1, steps]: a finer step is averaged, a coarser one held."""
    skip = (axis.start - profile.start) // timedelta(minutes=1)
    return np.ascontiguousarray(
        to_step(profile.values[None], profile.step_minutes, skip, axis.step_minutes, axis.steps)
    )


def _run(
    named: Community,
    request: RunRequest,
    bundle_on: Callable[[TimeAxis], Bundle],
    progress: Progress | None,
    window_house_steps: int,
) -> Result:
    """Check everything, then compute."""
    document = named.document
    found = [*check_parameters(request, MAX_DAYS), *check_topology(document, request)]
    if any(finding.field in UNTIMED for finding in found):
        raise InputError(found)
    axis = axis_of(request, document)
    try:
        bundle = bundle_on(axis)
    except InputError as error:
        raise InputError([*found, *error.findings]) from error
    numbers = {house["id"] for transformer in document["transformers"] for house in transformer["houses"]}
    raise_if([*found, *check_profiles(bundle, request, numbers)])
    problem = assemble(document, request, bundle, axis, window_house_steps)
    return collected(problem, request, axis, named, progress)
