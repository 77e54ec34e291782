"""Power of solar panels by the PVWatts chain of `pvlib`, from measured irradiance or from a clear sky.

A. P. Dobos, PVWatts Version 5 Manual, NREL/TP-6A20-62641, 2014: plane of array by Perez et al. (1990), reflection, cell
temperature by King et al. (2004), DC power with its temperature coefficient, losses, inverter.
Clear sky: Ineichen and Perez (2002) with the monthly turbidity that pvlib carries. What reaches the ground through
clouds, given or measured, is parted into direct and diffuse by Erbs, Klein and Duffie (1982). Sun: NREL's SPA (Reda and
Andreas, 2004), at the middle of each quarter-hour.
"""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from hygge_profiles.builders.fields import MAX_KW, IrradianceProfile, TemperatureProfile, unit
from hygge_profiles.builders.made import Made, Need, Source, Task, refused
from hygge_profiles.builders.period import Calendar, averaged
from hygge_profiles.fields import Strict
from hygge_profiles.statistics import years_between
from hygge_profiles.units import IRRADIANCE, TEMPERATURE, ProfileType

Floats = NDArray[np.float64]
QUARTER_HOUR = 15
WATTS_A_KW = 1000.0
ALMOST_A_YEAR = 0.999
# Temperature coefficients of power, 1/K, of the types of modules in the PVWatts manual.
TEMPERATURE_COEFFICIENTS = {"standard": -0.0047, "premium": -0.0035, "thin_film": -0.0020}
# How pvlib names the parameters of the cell temperature (King et al. 2004).
MOUNTINGS = {"open_rack": "open_rack_glass_polymer", "roof": "close_mount_glass_glass"}
NO_LOSSES = dict.fromkeys(
    ("soiling", "shading", "snow", "mismatch", "wiring", "connections", "lid", "nameplate_rating", "age"), 0.0
)
Clearness = Annotated[float, Field(gt=0, le=1)]


class Solar(Strict):
    """What panels need; angles in degrees."""

    latitude: float = Field(ge=-90, le=90, json_schema_extra=unit("°"), description="North is positive")
    longitude: float = Field(ge=-180, le=180, json_schema_extra=unit("°"), description="East is positive")
    altitude_m: float | None = Field(
        None, ge=-500, le=9000, json_schema_extra=unit("m"), description="Above the sea. Default: by a coarse map"
    )
    peak_kw: float = Field(
        gt=0, le=MAX_KW, json_schema_extra=unit("kW"), description="Nominal power of the panels (kWp)"
    )
    tilt_deg: float = Field(35.0, ge=0, le=90, json_schema_extra=unit("°"), description="0 is flat, 90 upright")
    azimuth_deg: float = Field(
        180.0, ge=0, le=360, json_schema_extra=unit("°"), description="0 faces north, 90 east, 180 south, 270 west"
    )
    losses_percent: float = Field(
        14.0,
        ge=0,
        lt=100,
        json_schema_extra=unit("%"),
        description="Of DC power: dirt, shade, wiring, age (PVWatts: 14)",
    )
    inverter_kw: float | None = Field(
        None, gt=0, le=MAX_KW, json_schema_extra=unit("kW"),
        description="AC limit of the inverter. Default: that of the panels. Leave it out if the device names it: a run "
        "limits by itself",
    )  # fmt: skip
    inverter_efficiency: float = Field(0.96, gt=0, le=1, description="Nominal, AC / DC")
    module_type: Literal["standard", "premium", "thin_film"] = Field(
        "standard", description="Loss of power with heat: 0.47, 0.35 or 0.20 % per kelvin"
    )
    mounting: Literal["roof", "open_rack"] = Field("roof", description="On a roof panels become hotter")
    irradiance_profile_id: IrradianceProfile | None = Field(
        None, description="Global horizontal irradiance: type weather, unit W_per_m2. Default: a clear sky"
    )
    monthly_clearness: list[Clearness] | None = Field(
        None,
        min_length=12,
        max_length=12,
        description="Clear sky: the part of its irradiance that reaches the ground, January first. Default: no cloud",
    )
    temperature_profile_id: TemperatureProfile | None = Field(
        None, description="Outdoor temperature: type weather, unit degC. Default: 20 °C"
    )
    yearly_yield_kwh_per_kwp: float | None = Field(
        None, gt=0, le=4000, json_schema_extra=unit("kWh/kWp"),
        description="Scales the whole profile to this yield of a mean year; the period must be a year or more",
    )  # fmt: skip


def needs(parameters: Solar) -> list[Need]:
    found = []
    if parameters.irradiance_profile_id is not None:
        found.append(Need("irradiance_profile_id", parameters.irradiance_profile_id, ProfileType.WEATHER, IRRADIANCE))
    if parameters.temperature_profile_id is not None:
        found.append(
            Need("temperature_profile_id", parameters.temperature_profile_id, ProfileType.WEATHER, TEMPERATURE)
        )
    return found


def make(parameters: Solar, task: Task) -> Made:
    """AC power; generation is positive, as in every profile of type solar."""
    if parameters.irradiance_profile_id is not None and parameters.monthly_clearness is not None:
        raise refused("monthly_clearness", "is for a clear sky; the irradiance profile has its clouds")
    fine = task.calendar.finer(QUARTER_HOUR)
    group = task.calendar.axis.step_minutes // fine.axis.step_minutes
    values = averaged(_power_kw(parameters, task, fine), group)
    notes = []
    if parameters.irradiance_profile_id is None and parameters.monthly_clearness is None:
        notes.append("every day is without any cloud; monthly_clearness or an irradiance profile have a real sky")
    if parameters.yearly_yield_kwh_per_kwp is not None:
        values = _scaled(values, parameters.peak_kw * parameters.yearly_yield_kwh_per_kwp, task.calendar)
    return Made(ProfileType.SOLAR, "kW", values, notes)


def _scaled(values: Floats, yearly_kwh: float, calendar: Calendar) -> Floats:
    axis = calendar.axis
    years = years_between(axis.start, axis.end, ZoneInfo(axis.timezone))
    place = "yearly_yield_kwh_per_kwp"
    if years < ALMOST_A_YEAR:
        raise refused(place, f"the period is {years:.2f} years long; scaling to a year's yield needs at least one")
    energy_kwh = float(values.sum()) * axis.step_hours
    if energy_kwh <= 0:
        raise refused(place, "there is no sun to scale")
    return values * (yearly_kwh * years / energy_kwh)


def _power_kw(parameters: Solar, task: Task, fine: Calendar) -> Floats:
    import pandas as pd
    from pvlib.irradiance import erbs
    from pvlib.location import Location
    from pvlib.modelchain import ModelChain

    half = np.timedelta64(fine.axis.step_minutes * 30, "s")
    middles = pd.DatetimeIndex(fine.axis.timestamps() + half, tz="UTC")
    place = Location(parameters.latitude, parameters.longitude, altitude=parameters.altitude_m)
    sun = place.get_solarposition(middles)
    weather = place.get_clearsky(middles, solar_position=sun)
    if parameters.irradiance_profile_id is not None or parameters.monthly_clearness is not None:
        ghi = _global(parameters, task, fine, weather["ghi"].to_numpy())
        parts = erbs(ghi, sun["zenith"].to_numpy(), middles.day_of_year.to_numpy())
        weather = pd.DataFrame({"ghi": ghi, "dni": parts["dni"], "dhi": parts["dhi"]}, index=middles)
    if parameters.temperature_profile_id is not None:
        source = task.source(parameters.temperature_profile_id, "temperature_profile_id")
        weather["temp_air"] = source.on(fine)
    chain = ModelChain.with_pvwatts(_system(parameters), place)
    chain.run_model(weather.fillna(0.0))
    watts = chain.results.ac.fillna(0.0).to_numpy(dtype=np.float64)
    # At night the inverter of the chain draws nothing.
    return np.asarray(np.maximum(watts, 0.0) / WATTS_A_KW, np.float64)


def _global(parameters: Solar, task: Task, fine: Calendar, clear: Floats) -> Floats:
    """Global horizontal irradiance in W/m², [steps of `fine`]."""
    if parameters.irradiance_profile_id is None:
        factors = np.asarray(parameters.monthly_clearness or [1.0] * 12)
        return np.asarray(clear * factors[fine.month], np.float64)
    source = task.source(parameters.irradiance_profile_id, "irradiance_profile_id")
    return _in_shape(source, fine, clear)


def _in_shape(source: Source, fine: Calendar, clear: Floats) -> Floats:
    """Irradiance of a coarser step follows the clear sky inside of each of them, with the same mean."""
    given = np.maximum(source.on(fine), 0.0)
    if source.step_minutes <= fine.axis.step_minutes:
        return given
    offset = round((fine.axis.start - source.start).total_seconds()) // 60
    step = (offset + np.arange(fine.axis.steps) * fine.axis.step_minutes) // source.step_minutes
    step -= step[0]
    counts = np.bincount(step)
    mean_clear = np.bincount(step, clear) / counts
    shape = np.divide(clear, mean_clear[step], out=np.ones_like(clear), where=mean_clear[step] > 0)
    return np.asarray(given * shape, np.float64)


def _system(parameters: Solar) -> Any:
    from pvlib.pvsystem import Array, FixedMount, PVSystem
    from pvlib.temperature import TEMPERATURE_MODEL_PARAMETERS

    peak_w = parameters.peak_kw * WATTS_A_KW
    ac_w = (parameters.inverter_kw or parameters.peak_kw) * WATTS_A_KW
    array = Array(
        FixedMount(surface_tilt=parameters.tilt_deg, surface_azimuth=parameters.azimuth_deg % 360),
        module_parameters={"pdc0": peak_w, "gamma_pdc": TEMPERATURE_COEFFICIENTS[parameters.module_type]},
        temperature_model_parameters=TEMPERATURE_MODEL_PARAMETERS["sapm"][MOUNTINGS[parameters.mounting]],
    )
    return PVSystem(
        [array],
        # The chain's inverter takes its limit on the DC side.
        inverter_parameters={
            "pdc0": ac_w / parameters.inverter_efficiency, "eta_inv_nom": parameters.inverter_efficiency
        },
        losses_parameters={**NO_LOSSES, "availability": parameters.losses_percent},
    )  # fmt: skip
