"""All builders by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hygge_profiles.builders import combine, heat_demand, solar, standard_load, temperature, weekly
from hygge_profiles.builders.made import Make, Need
from hygge_profiles.fields import Strict

Needs = Callable[[Any], list[Need]]


@dataclass(frozen=True, slots=True)
class Builder:
    """A named builder; its `version` rises when the same parameters would give other values."""

    name: str
    version: int
    title: str
    description: str
    parameters: type[Strict]
    make: Make
    needs: Needs = lambda _: []
    # The libraries whose data or formulas the values depend on.
    libraries: tuple[str, ...] = ()
    # Without a period it covers what its profiles cover.
    period_from_sources: bool = False


BUILDERS = {
    builder.name: builder
    for builder in (
        Builder(
            "standard_load", 1, "Standard load profile",
            "Electricity of households, businesses and farms by the German standard load profiles (VDEW 1999, BDEW "
            "2025), scaled to a year's consumption. They are means over many customers: smoother than any single one.",
            standard_load.StandardLoad, standard_load.make, libraries=("demandlib", "holidays"),
        ),
        Builder(
            "solar", 1, "Solar panels",
            "Power of solar panels by place, tilt and size, with NREL's PVWatts chain (pvlib), from a profile of "
            "irradiance or from a clear sky.",
            solar.Solar, solar.make, solar.needs, ("pvlib",),
        ),
        Builder(
            "weekly", 1, "Weekly pattern",
            "Power by weekday and clock time: opening hours, a machine, a night charge.",
            weekly.Weekly, weekly.make, libraries=("holidays",),
        ),
        Builder(
            "heat_demand", 1, "Heat demand",
            "Space heating and hot water by the German gas profiles (TU München, BDEW), from a profile of outdoor "
            "temperature, scaled to a year's heat.",
            heat_demand.HeatDemand, heat_demand.make, heat_demand.needs, ("demandlib", "holidays"),
        ),
        Builder(
            "temperature", 1, "Synthetic temperature",
            "Outdoor temperature as a cosine year with a daily swing, for places without weather data. It has no "
            "weather: no cold spells, no warm winters.",
            temperature.Temperature, temperature.make,
        ),
        Builder(
            "combine", 1, "Sum of profiles",
            "A weighted sum of profiles plus a constant: many houses as one, a price with a surcharge. Without a "
            "period it covers what all parts cover.",
            combine.Combine, combine.make, combine.needs, period_from_sources=True,
        ),
    )
}  # fmt: skip
