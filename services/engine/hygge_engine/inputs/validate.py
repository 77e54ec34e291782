"""Everything that can be wrong with a run, all of it together: parameters, community, profiles.

Paths: a parameter has its place in the request (`tariff.periods.1.from`), a part of the community its place in the
document (`topology.transformers.0.houses.3.devices.1.min_soc`), a profile its id (`profiles.17`).
"""

import math
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from hygge_core.errors import Finding
from hygge_core.timeaxis import STEP_MINUTES, TimeAxis
from hygge_engine import tariffs
from hygge_engine.inputs.collect import Bundle
from hygge_engine.kernel import Allocation
from hygge_engine.kernel.types import BATTERY_FIELDS
from hygge_engine.markets import Pricing
from hygge_engine.runs.schemas import MAX_NUMBER, RunRequest

CONSUMPTION_TYPES = ("load", "heat", "ev")
GENERATION_TYPES = ("solar", "wind")
KEY_ALLOCATIONS = (Allocation.STATIC_KEY, Allocation.HYBRID_KEY)
# Keys are entered as rounded decimals: three thirds of 0.333333334 are not an error.
KEY_SUM_TOLERANCE = 1e-6
POSITIVE = ("capacity_kwh",)
NOT_NEGATIVE = ("max_charge_kw", "max_discharge_kw")
EFFICIENCIES = ("charge_efficiency", "discharge_efficiency")
FRACTIONS = ("min_soc", "max_soc", "initial_soc", "self_discharge_per_day")


def axis_of(request: RunRequest, document: dict[str, Any]) -> TimeAxis:
    """The run's steps in the community's time zone."""
    return TimeAxis(request.start, request.end, request.step_minutes, document["timezone"])


def check_parameters(request: RunRequest, max_horizon_days: int) -> list[Finding]:
    """What the request alone shows."""
    found = [*_check_time(request, max_horizon_days), *tariffs.findings(request.tariff, request.step_minutes)]
    if request.pricing is Pricing.FIXED and request.fixed_price_eur_per_kwh is None:
        found.append(Finding("fixed_price_eur_per_kwh", "is needed by pricing 'fixed'"))
    floor, cap = request.price_floor_eur_per_kwh, request.price_cap_eur_per_kwh
    if floor is not None and cap is not None and floor > cap:
        found.append(Finding("price_floor_eur_per_kwh", f"{floor} is above the cap of {cap}"))
    if request.allocation is Allocation.PRIORITY and request.priority_list_id is None:
        found.append(Finding("priority_list_id", "is needed by allocation 'priority'"))
    carbon = request.carbon
    if carbon is not None and (carbon.kg_per_kwh is None) == (carbon.profile_id is None):
        found.append(Finding("carbon", "give either kg_per_kwh or profile_id"))
    return found


def _check_time(request: RunRequest, max_horizon_days: int) -> Iterator[Finding]:
    known_step = request.step_minutes in STEP_MINUTES
    if not known_step:
        allowed = ", ".join(map(str, STEP_MINUTES))
        yield Finding("step_minutes", f"{request.step_minutes} is not one of {allowed} (a step must divide the day)")
    for name, moment in (("start", request.start), ("end", request.end)):
        if known_step and moment.timestamp() % (request.step_minutes * 60):
            yield Finding(name, f"is not a multiple of {request.step_minutes} minutes from midnight UTC")
    if request.end <= request.start:
        yield Finding("end", "must be after start")
    elif request.end - request.start > timedelta(days=max_horizon_days):
        yield Finding("end", f"the run is longer than {max_horizon_days} days")


def check_topology(document: dict[str, Any], request: RunRequest) -> list[Finding]:
    """What the community must have for this run; paths are places in its document."""
    found = [*_check_zone(document["timezone"]), *_check_limits(document)]
    houses = 0
    for index, transformer in enumerate(document["transformers"]):
        path = f"topology.transformers.{index}"
        found += _check_kw(transformer.get("capacity_kw"), f"{path}.capacity_kw")
        if request.allocation in KEY_ALLOCATIONS:
            found += _check_keys(transformer["houses"], path)
        for position, house in enumerate(transformer["houses"]):
            houses += 1
            for number, device in enumerate(house["devices"]):
                found += check_device(device, f"{path}.houses.{position}.devices.{number}")
    if not houses:
        found.append(Finding("grid_id", "the grid has no houses; there is nothing to simulate"))
    lists = [entry["id"] for entry in document.get("priority_lists", [])]
    if request.priority_list_id is not None and request.priority_list_id not in lists:
        known = f"it has {', '.join(map(str, lists))}" if lists else "it has none"
        found.append(Finding("priority_list_id", f"is not a priority list of this grid; {known}"))
    return found


def _check_zone(name: str) -> Iterator[Finding]:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        yield Finding("topology.timezone", f"{name!r} is not an IANA time zone")


def _check_limits(document: dict[str, Any]) -> Iterator[Finding]:
    for name in ("import_limit_kw", "export_limit_kw"):
        yield from _check_kw(document.get(name), f"topology.{name}")


def _check_kw(value: float | None, path: str) -> Iterator[Finding]:
    if value is not None and not (math.isfinite(value) and value >= 0):
        yield Finding(path, f"{value} must be a number of at least 0")


def _check_keys(houses: list[dict[str, Any]], path: str) -> Iterator[Finding]:
    keys = [house["sharing_key"] for house in houses if house.get("sharing_key") is not None]
    if any(key < 0 for key in keys):
        yield Finding(path, "a sharing key is negative")
    if sum(keys) > 1 + KEY_SUM_TOLERANCE:
        yield Finding(path, f"the sharing keys of its houses sum up to {sum(keys):.6g}, more than 1")


def check_device(device: dict[str, Any], path: str) -> Iterator[Finding]:
    """The bounds that the kernel relies on."""
    yield from _check_kw(device.get("inverter_kw"), f"{path}.inverter_kw")
    if device["kind"] != "battery":
        return
    missing = [name for name in BATTERY_FIELDS if device.get(name) is None]
    yield from (Finding(f"{path}.{name}", "is missing") for name in missing)
    if missing:
        return
    for names, holds, rule in _BATTERY_RULES:
        for name in names:
            if not holds(float(device[name])):
                yield Finding(f"{path}.{name}", f"{device[name]} must be {rule}")
    if not device["min_soc"] <= device["initial_soc"] <= device["max_soc"]:
        yield Finding(f"{path}.initial_soc", "must be between min_soc and max_soc")


_BATTERY_RULES: tuple[tuple[tuple[str, ...], Callable[[float], bool], str], ...] = (
    (POSITIVE, lambda value: 0 < value < math.inf, "above 0"),
    (NOT_NEGATIVE, lambda value: 0 <= value < math.inf, "at least 0"),
    (EFFICIENCIES, lambda value: 0 < value <= 1, "above 0 and at most 1"),
    (FRACTIONS, lambda value: 0 <= value <= 1, "between 0 and 1"),
)


def check_profiles(bundle: Bundle, request: RunRequest, house_ids: set[int]) -> list[Finding]:
    """Whether something is assigned and every value is usable."""
    found: list[Finding] = []
    if not any(assignment.house_id in house_ids for assignment in bundle.assignments):
        found.append(Finding("profiles", "no house of this grid has a profile; assign profiles to its houses first"))
    carbon = request.carbon.profile_id if request.carbon else None
    if carbon is not None:
        row = bundle.row_of(carbon)
        if row is None or bundle.profile_types[row] != "carbon":
            found.append(Finding("carbon.profile_id", f"profile {carbon} is not a profile of type 'carbon'"))
    row = 0
    for block in bundle.blocks:
        for values in block:
            found += _check_values(values, int(bundle.profile_ids[row]), bundle.profile_types[row])
            row += 1
    return found


def _check_values(
    values: np.ndarray[Any, np.dtype[np.float32]], profile_id: int, profile_type: str
) -> Iterator[Finding]:
    # NaN wins every comparison, so the two extremes tell all.
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    if not (math.isfinite(low) and math.isfinite(high)):
        step = int(np.flatnonzero(~np.isfinite(values))[0])
        yield Finding(f"profiles.{profile_id}", f"has a value that is not a finite number (first in step {step})")
    elif high > MAX_NUMBER:
        step = int(np.flatnonzero(values > MAX_NUMBER)[0])
        yield Finding(f"profiles.{profile_id}", f"has a value above {MAX_NUMBER:g} (first in step {step})")
    elif low < 0 and profile_type in CONSUMPTION_TYPES + GENERATION_TYPES + ("carbon",):
        step = int(np.flatnonzero(values < 0)[0])
        yield Finding(
            f"profiles.{profile_id}", f"is negative (first in step {step}); power and intensity are at least 0"
        )
