"""A weighted sum of profiles: many houses as one, a price with a surcharge, two roofs as one."""

import numpy as np
from pydantic import Field

from hygge_core.errors import Finding, InvalidInput
from hygge_profiles.builders.fields import ProfileId, refers_to
from hygge_profiles.builders.made import Made, Need, Task
from hygge_profiles.fields import Strict
from hygge_profiles.units import POWER_TYPES, SIGNED_TYPES, ProfileType

MAX_PARTS = 1000
MAX_WEIGHT = 1e6


class CombinedPart(Strict):
    """A profile and how much of it."""

    profile_id: ProfileId = Field(json_schema_extra=refers_to())
    weight: float = Field(1.0, ge=-MAX_WEIGHT, le=MAX_WEIGHT, description="Multiplies the profile's values")


class Combine(Strict):
    """What a sum of profiles needs."""

    parts: list[CombinedPart] = Field(
        min_length=1,
        max_length=MAX_PARTS,
        description="Profiles of one unit; coarser ones are held, finer ones averaged",
    )
    offset: float = Field(
        0.0, ge=-MAX_WEIGHT, le=MAX_WEIGHT, description="Added to every value, in the unit of the profiles"
    )
    profile_type: ProfileType | None = Field(
        None, description="Type of the sum, of the same unit. Default: that of the parts, which must be one"
    )


def needs(parameters: Combine) -> list[Need]:
    return [Need(f"parts.{index}.profile_id", part.profile_id) for index, part in enumerate(parameters.parts)]


def make(parameters: Combine, task: Task) -> Made:
    """Σ weight · value + offset on the task's steps; energy is kept when steps differ."""
    first = task.sources[parameters.parts[0].profile_id]
    kind = _type(parameters, task)
    total = np.full(task.calendar.axis.steps, parameters.offset)
    for index, part in enumerate(parameters.parts):
        source = task.source(part.profile_id, f"parts.{index}.profile_id")
        total += part.weight * source.on(task.calendar)
    notes = []
    negative = int(np.count_nonzero(total < 0))
    if negative and kind not in SIGNED_TYPES:
        notes.append(f"{negative} values are negative, the lowest {total.min():g} {first.unit}")
    return Made(kind, first.unit, total, notes)


def _type(parameters: Combine, task: Task) -> ProfileType:
    """The sum's type; InvalidInput with every part of another unit or, unless a type is given, of another type."""
    first = task.sources[parameters.parts[0].profile_id]
    findings: list[Finding] = []
    for index, part in enumerate(parameters.parts):
        source, place = task.sources[part.profile_id], f"parameters.parts.{index}.profile_id"
        if source.unit != first.unit:
            findings.append(Finding(place, f"is in {source.unit}, the first part in {first.unit}"))
        elif parameters.profile_type is None and source.profile_type != first.profile_type:
            message = f"is of type {source.profile_type}, the first part {first.profile_type}; say profile_type"
            findings.append(Finding(place, message))
    kind = parameters.profile_type or ProfileType(first.profile_type)
    if not findings and not _alike(kind, ProfileType(first.profile_type)):
        findings.append(Finding("parameters.profile_type", f"{kind} can't be in {first.unit}"))
    if findings:
        raise InvalidInput(findings)
    return kind


def _alike(one: ProfileType, other: ProfileType) -> bool:
    """Types that share units."""
    return one == other or {one, other} <= POWER_TYPES
