"""From keywords to a run's parameters: names in place of ids, local times, a whole year."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from hygge_core.errors import Finding
from hygge_engine.library.document import Reference
from hygge_engine.library.findings import InputError, findings_of
from hygge_engine.presets.service import FIXED_BY_LAW
from hygge_engine.runs.schemas import RunRequest

# A library has no queue to protect; this only keeps a slip of the keyboard from filling the memory.
MAX_DAYS = 40_000


def merged(beside: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters beside a document, with those that are given over them.

    A preset that is given takes the place of what it rules: only what the caller says himself can contradict it.
    """
    ruled = FIXED_BY_LAW if given.get("preset") is not None else ()
    return {name: value for name, value in beside.items() if name not in ruled} | dict(given)


def request_of(
    parameters: Mapping[str, Any], profiles: Mapping[str, int], lists: Mapping[Reference, int]
) -> RunRequest:
    """The checked parameters; profiles and priority lists may be called by name. InputError with all findings."""
    named = _with_ids(parameters, profiles)
    chosen = named.pop("priority_list", named.get("priority_list_id"))
    if chosen is not None:
        if chosen not in lists:
            raise InputError([Finding("priority_list", f"the community has no priority list {chosen!r}")])
        named["priority_list_id"] = lists[chosen]
    if named.get("network_check"):
        raise InputError([Finding("network_check", "is done by the service, not by the library")])
    try:
        return RunRequest.model_validate({**named, "grid_id": 1})
    except ValidationError as error:
        raise InputError(findings_of(error)) from error


def _with_ids(given: Mapping[str, Any], profiles: Mapping[str, int], path: str = "") -> dict[str, Any]:
    """`profile` and `…_profile` (also `…_profile_id` with a name) become `…profile_id` with the number."""
    found: dict[str, Any] = {}
    for key, value in given.items():
        place = f"{path}{key}"
        if isinstance(value, Mapping):
            found[key] = _with_ids(value, profiles, f"{place}.")
        elif isinstance(value, str) and (key.endswith("profile") or key.endswith("profile_id")):
            if value not in profiles:
                raise InputError([Finding(place, f"there is no profile {value!r}")])
            found[key if key.endswith("_id") else f"{key}_id"] = profiles[value]
        else:
            found[key] = value
    return found


def zone_of(name: str) -> ZoneInfo:
    """The time zone; InputError where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError([Finding("topology.timezone", f"{name!r} is not an IANA time zone")]) from error


def moment(value: Any, zone: ZoneInfo, path: str) -> datetime:
    """A moment in UTC: dates are local midnights, times without an offset local clock times."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise InputError([Finding(path, f"{value!r} is no date or time in ISO 8601")]) from error
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        raise InputError([Finding(path, f"{value!r} is no date or time")])
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def year_of(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A calendar year by the local clock."""
    try:
        first, last = (datetime(number, 1, 1, tzinfo=zone).astimezone(UTC) for number in (year, year + 1))
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError([Finding("year", f"{year!r} is no year")]) from error
    return first, last
