"""Everything that can be wrong with a run, all of it together: parameters, community, profiles.

Paths: a parameter has its place in the request (`tariff.periods.1.from`), a part of the community its place in the
document (`topology.transformers.0.houses.3.devices.1.min_soc`), a profile its id (`profiles.17`).
"""

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from hygge_core.errors import Finding
from hygge_core.timeaxis import STEP_MINUTES, TimeAxis
from hygge_engine import tariffs
from hygge_engine.inputs.collect import Bundle
from hygge_engine.inputs.curves import curve_of
from hygge_engine.inputs.devices import KINDS, Device, check_device
from hygge_engine.inputs.heat import makers_of
from hygge_engine.kernel import Allocation, StorageStrategy
from hygge_engine.markets import Pricing
from hygge_engine.network.findings import findings as network_findings
from hygge_engine.rates import price_profile_ids, profile_ids
from hygge_engine.runs.checks import choice_findings
from hygge_engine.runs.money import MAX_NUMBER, ItalianIncentive
from hygge_engine.runs.schemas import RunRequest

HEAT_TYPE, SCHEDULE_TYPE, PRICE_TYPE, CARBON_TYPE, WEATHER_TYPE = "heat", "schedule", "price", "carbon", "weather"
CONSUMPTION_TYPES = ("load", HEAT_TYPE, "ev")
GENERATION_TYPES = ("solar", "wind")
TEMPERATURE_UNIT = "degC"
COLDEST_C, HOTTEST_C = -90.0, 70.0
KEY_ALLOCATIONS = (Allocation.STATIC_KEY, Allocation.HYBRID_KEY)
# Keys are entered as rounded decimals: three thirds of 0.333333334 are not an error.
KEY_SUM_TOLERANCE = 1e-6


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
    if carbon is not None and not _one_of(carbon.kg_per_kwh, carbon.profile_id):
        found.append(Finding("carbon", "give either kg_per_kwh or profile_id"))
    incentive = request.incentive
    if isinstance(incentive, ItalianIncentive) and not _one_of(
        incentive.zonal_price_profile_id, incentive.zonal_price_eur_per_mwh
    ):
        found.append(Finding("incentive", "give either zonal_price_profile_id or zonal_price_eur_per_mwh"))
    return [*found, *_check_storage(request), *choice_findings(request)]


def _one_of(first: float | None, second: float | None) -> bool:
    return (first is None) != (second is None)


def _check_storage(request: RunRequest) -> Iterator[Finding]:
    """A strategy has its numbers. Numbers of others are no mistake: a sweep tries several strategies."""
    strategy, numbers = request.storage_strategy, request.storage
    low, high = numbers.charge_below_eur_per_kwh, numbers.discharge_above_eur_per_kwh
    if strategy is StorageStrategy.TIME_OF_USE:
        if low is None and high is None:
            yield Finding("storage", "'time_of_use' needs charge_below_eur_per_kwh or discharge_above_eur_per_kwh")
        elif low is not None and high is not None and low > high:
            yield Finding("storage.charge_below_eur_per_kwh", f"{low} is above discharge_above_eur_per_kwh ({high})")
    if strategy is StorageStrategy.PEAK_SHAVING:
        if numbers.peak_limit_kw is None:
            yield Finding("storage.peak_limit_kw", "is needed by storage strategy 'peak_shaving'")
        elif (numbers.recharge_below_kw or 0.0) > numbers.peak_limit_kw:
            yield Finding("storage.recharge_below_kw", f"must not be above peak_limit_kw ({numbers.peak_limit_kw})")


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
                found += check_device(device, f"{path}.houses.{position}.devices.{number}", request.step_minutes)
    if request.network_check:
        found += network_findings(document)
    if not houses:
        found.append(Finding("grid_id", "the grid has no houses; there is nothing to simulate"))
    lists = [entry["id"] for entry in document.get("priority_lists", [])]
    if request.priority_list_id is not None and request.priority_list_id not in lists:
        known = f"it has {', '.join(map(str, lists))}" if lists else "it has none"
        found.append(Finding("priority_list_id", f"is not a priority list of this grid; {known}"))
    if request.temperature_profile_id is None:
        found += _check_temperature(document)
    return found


def _check_temperature(document: dict[str, Any]) -> Iterator[Finding]:
    """Devices that can't be simulated without the outdoor temperature: one finding that names the first."""
    needing = [
        f"topology.transformers.{index}.houses.{position}"
        for index, transformer in enumerate(document["transformers"])
        for position, house in enumerate(transformer["houses"])
        if _needs_outdoor(_readable(house["devices"]))
    ]
    if needing:
        text = f"is needed by the heat pumps or air conditioners of {len(needing)} house(s), the first is {needing[0]}"
        yield Finding("temperature_profile_id", text)


def _needs_outdoor(devices: list[Device]) -> bool:
    warm, cold = makers_of(devices)
    return bool(cold) or any(
        curve_of(device).needs_outdoor or bool(getattr(device, "heat_loss_kw_per_k", None)) for device in warm
    )


def _readable(devices: list[dict[str, Any]]) -> list[Device]:
    """The devices without those that `check_device` complains about."""
    return [
        KINDS[device["kind"]].model_validate(device)
        for device in devices
        if not any(True for _ in check_device(device, "", 0))
    ]


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


def check_profiles(bundle: Bundle, request: RunRequest, house_ids: set[int]) -> list[Finding]:
    """Whether something is assigned, the profiles that parameters name are of the right type, and values are usable."""
    found: list[Finding] = []
    assigned = {bundle.profile_types[a.row] for a in bundle.assignments if a.house_id in house_ids}
    if not assigned & {*CONSUMPTION_TYPES, *GENERATION_TYPES}:
        found.append(Finding("profiles", "no house of this grid has a profile; assign profiles to its houses first"))
    if request.storage_strategy is StorageStrategy.SCHEDULED and SCHEDULE_TYPE not in assigned:
        text = "'scheduled' needs profiles of type 'schedule'; assign them to the houses whose batteries shall follow"
        found.append(Finding("storage_strategy", text))
    found += _check_named(bundle, request)
    row = 0
    for block in bundle.blocks:
        for values in block:
            found += _check_values(values, int(bundle.profile_ids[row]), bundle.profile_types[row])
            row += 1
    return found


def named_profiles(request: RunRequest) -> dict[str, tuple[int, str]]:
    """The profiles that parameters name: path → id and the type it must have."""
    found = {path: (number, PRICE_TYPE) for path, number in price_profile_ids(request).items()}
    if request.carbon is not None and request.carbon.profile_id is not None:
        found["carbon.profile_id"] = (request.carbon.profile_id, CARBON_TYPE)
    if request.temperature_profile_id is not None:
        found["temperature_profile_id"] = (request.temperature_profile_id, WEATHER_TYPE)
    return found


def wanted_profiles(request: RunRequest) -> tuple[int, ...]:
    """What the bundle must hold beside the houses' profiles, each once."""
    temperature = request.temperature_profile_id
    return tuple(dict.fromkeys((*profile_ids(request), *(() if temperature is None else (temperature,)))))


def _check_named(bundle: Bundle, request: RunRequest) -> Iterator[Finding]:
    for path, (number, kind) in named_profiles(request).items():
        row = bundle.row_of(number)
        if row is None or bundle.profile_types[row] != kind:
            yield Finding(path, f"profile {number} is not a profile of type {kind!r}")
        elif kind == WEATHER_TYPE:
            yield from _check_outdoor(bundle, number, path)


def _check_outdoor(bundle: Bundle, number: int, path: str) -> Iterator[Finding]:
    unit = bundle.units.get(number, TEMPERATURE_UNIT)
    if unit != TEMPERATURE_UNIT:
        yield Finding(path, f"profile {number} is in {unit!r}; a temperature is in {TEMPERATURE_UNIT}")
        return
    values = bundle.series(number)
    if float(values.min()) < COLDEST_C or float(values.max()) > HOTTEST_C:
        text = f"profile {number} has temperatures outside {COLDEST_C:g} to {HOTTEST_C:g} °C"
        yield Finding(path, text)


def _check_values(
    values: np.ndarray[Any, np.dtype[np.float32]], profile_id: int, profile_type: str
) -> Iterator[Finding]:
    # NaN wins every comparison, so the two extremes tell all.
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    if not (math.isfinite(low) and math.isfinite(high)):
        step = int(np.flatnonzero(~np.isfinite(values))[0])
        yield Finding(f"profiles.{profile_id}", f"has a value that is not a finite number (first in step {step})")
    elif high > MAX_NUMBER or low < -MAX_NUMBER:
        step = int(np.flatnonzero(np.abs(values) > MAX_NUMBER)[0])
        yield Finding(f"profiles.{profile_id}", f"has a value above {MAX_NUMBER:g} (first in step {step})")
    elif low < 0 and profile_type in (*CONSUMPTION_TYPES, *GENERATION_TYPES, CARBON_TYPE):
        step = int(np.flatnonzero(values < 0)[0])
        yield Finding(
            f"profiles.{profile_id}", f"is negative (first in step {step}); power and intensity are at least 0"
        )
