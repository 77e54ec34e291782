"""A car's trips of a week, by the community's local clock."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from hygge_core.weekly import CLOCK_PATTERN, DAY_MINUTES, clock_minute, clock_text, overlaps, weekday_number
from hygge_topology.fields import Amount, Strict, wrong

Weekday = Annotated[int, BeforeValidator(weekday_number), Field(ge=0, le=6)]
ClockTime = Annotated[str, StringConstraints(pattern=CLOCK_PATTERN)]


class Trip(Strict):
    """The car is away from `departs` to `returns`; a return at an earlier time of day is one of the next day."""

    weekdays: list[Weekday] = Field(
        list(range(7)),
        min_length=1,
        max_length=7,
        description="Days on which it departs: 0 (Monday) to 6, or names; default: all",
        examples=[[0, 1, 2, 3, 4]],
    )
    departs: ClockTime = Field(description="Local clock time", examples=["07:30"])
    returns: ClockTime = Field(description="Local clock time; before `departs`: on the next day", examples=["17:45"])
    energy_kwh: Amount = Field(0.0, description="Energy that driving takes out of the battery, kWh", examples=[6.5])

    @property
    def minutes(self) -> int:
        """How long the car is away, by the clock."""
        return (clock_minute(self.returns) - clock_minute(self.departs)) % DAY_MINUTES

    @field_validator("weekdays")
    @classmethod
    def _once(cls, value: list[int]) -> list[int]:
        return sorted(set(value))


def check_apart(trips: list[Trip]) -> list[Trip]:
    """The trips, or an error that names all that take no time or overlap."""
    spans = [(trip.weekdays, clock_minute(trip.departs), trip.minutes) for trip in trips]
    found = [f"trip {n} departs and returns at the same time" for n, trip in enumerate(trips) if not trip.minutes]
    if not found:
        found = [
            f"trip {later} overlaps trip {earlier} at {clock_text(minute)}"
            for earlier, later, minute in overlaps(spans)
        ]
    if found:
        raise wrong("; ".join(found))
    return trips
