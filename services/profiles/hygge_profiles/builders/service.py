"""Rules for builders: a period, the profiles that are read, the values, and what is stored with them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hygge_core.auth import Principal
from hygge_core.errors import Finding, InvalidInput
from hygge_core.timeaxis import TimeAxis, utc_text
from hygge_profiles.builders import sources
from hygge_profiles.builders.catalog import BUILDERS, Builder
from hygge_profiles.builders.made import Made, Source, Task
from hygge_profiles.builders.period import Calendar, local_midnight
from hygge_profiles.builders.preview import preview
from hygge_profiles.builders.schemas import AnyBuild, BuilderOut, BuildersOut, BuildPreview
from hygge_profiles.fields import LAST_YEAR
from hygge_profiles.profiles import service as profiles
from hygge_profiles.profiles.schemas import ProfileOut, SourceType
from hygge_profiles.profiles.service import NewProfile

# A clear sky of ten years took 4 s and 400 MB in quarter-hours, 14 s and 800 MB in steps of five minutes.
MAX_VALUES = 1_100_000
MAX_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Built:
    """A profile that is ready to be stored, and what should be said about it."""

    profile: NewProfile
    calendar: Calendar
    notes: list[str]


@lru_cache(maxsize=1)
def catalog() -> BuildersOut:
    """All builders with the schema of their parameters."""
    return BuildersOut(
        items=[
            BuilderOut(
                name=builder.name,
                version=builder.version,
                title=builder.title,
                description=builder.description,
                parameters_schema=builder.parameters.model_json_schema(),
                period_required=not builder.period_from_sources,
            )
            for builder in BUILDERS.values()
        ]
    )


def build(principal: Principal, request: AnyBuild) -> ProfileOut:
    """Make and store a profile; InvalidInput with everything that is wrong."""
    return profiles.store(principal, [_built(principal, request).profile])[0]


def try_out(principal: Principal, request: AnyBuild) -> BuildPreview:
    """What `build` would store, without storing it."""
    built = _built(principal, request)
    return preview(built.profile, built.calendar, built.notes)


def _built(principal: Principal, request: AnyBuild) -> Built:
    builder = BUILDERS[request.builder]
    found = sources.find(principal, builder.needs(request.parameters))
    calendar = Calendar(_axis(request, builder, found))
    made = builder.make(request.parameters, Task(calendar, found))
    values = made.values.astype(np.float32)
    if not np.isfinite(values).all():
        raise InvalidInput([Finding("parameters", "the values are too large")])
    profile = NewProfile(
        name=request.name,
        profile_type=made.profile_type,
        source_type=SourceType.BUILDER,
        unit=made.unit,
        start=calendar.axis.start,
        step_minutes=request.step_minutes,
        values=values,
        config_details=_details(request, builder, found, calendar.axis),
    )
    return Built(profile, calendar, _notes(made, values))


def _notes(made: Made, values: NDArray[np.float32]) -> list[str]:
    return made.notes if values.any() else [*made.notes, "all values are zero"]


def _details(request: AnyBuild, builder: Builder, found: dict[int, Source], axis: TimeAxis) -> dict[str, Any]:
    """All that is needed to build the profile again, and to see whether it would come out the same."""
    details: dict[str, Any] = {
        "builder": builder.name,
        "version": builder.version,
        "parameters": request.parameters.model_dump(mode="json", by_alias=True),
        "period": {
            "start": utc_text(axis.start),
            "end": utc_text(axis.end),
            "timezone": request.timezone,
            "step_minutes": request.step_minutes,
        },
    }
    if builder.libraries:
        details["libraries"] = {name: version(name) for name in builder.libraries}
    if found:
        details["profiles"] = {str(profile_id): source.content_hash for profile_id, source in found.items()}
    return details | ({"notes": request.notes} if request.notes else {})


def _axis(request: AnyBuild, builder: Builder, found: dict[int, Source]) -> TimeAxis:
    zone = ZoneInfo(request.timezone)
    if request.year is not None:
        start, end = local_midnight(date(request.year, 1, 1), zone), local_midnight(date(request.year + 1, 1, 1), zone)
    elif request.start is not None and request.end is not None:
        start, end = _utc(request.start, zone), _utc(request.end, zone)
    elif builder.period_from_sources:
        start, end = _common(list(found.values()), request.step_minutes)
    else:
        raise InvalidInput([Finding("year", "give a year, or start and end")])
    findings = list(_wrong(start, end, request.step_minutes))
    if findings:
        raise InvalidInput(findings)
    return TimeAxis(start, end, request.step_minutes, request.timezone)


def _utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)


def _common(found: list[Source], step_minutes: int) -> tuple[datetime, datetime]:
    """What all profiles cover, in whole steps."""
    step = timedelta(minutes=step_minutes)
    start, end = max(source.start for source in found), min(source.end for source in found)
    start += (_midnight(start) - start) % step
    end = max(end - (end - _midnight(end)) % step, start)
    if start == end:
        raise InvalidInput([Finding("parameters.parts", "the profiles have no time in common")])
    return start, end


def _wrong(start: datetime, end: datetime, step_minutes: int) -> list[Finding]:
    step = timedelta(minutes=step_minutes)
    if end <= start:
        return [Finding("end", "must be after start")]
    if end.year > LAST_YEAR:
        return [Finding("end", f"must be before {LAST_YEAR + 1}")]
    found = []
    if (start - _midnight(start)) % step:
        text = f"is not a whole number of steps of {step_minutes} minutes after UTC midnight ({utc_text(start)})"
        found.append(Finding("start", f"{text}; take a finer step"))
    elif (end - start) % step:
        found.append(Finding("end", f"is not a whole number of steps of {step_minutes} minutes after start"))
    if (end - start) / step > MAX_VALUES or end - start > timedelta(days=MAX_DAYS):
        found.append(Finding("end", f"at most {MAX_DAYS} days and {MAX_VALUES} values can be built at once"))
    return found


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
