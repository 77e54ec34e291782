"""Devices of a community's document as the engine needs them: complete, with defaults, or findings.

The fields are topology's (docs/devices.md); a document that was stored before a field existed gets its default here.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from hygge_core.errors import Finding
from hygge_core.weekly import CLOCK_PATTERN, DAY_MINUTES, clock_minute, clock_text, overlaps, weekday_number
from hygge_engine.kernel import ChargeStrategy

MAX_NUMBER = 1e9
KWH_PER_LITRE_AND_KELVIN = 0.00116
# What COPs may be: below 1 it would be better to heat directly, above 20 is no machine.
LOWEST_COP, HIGHEST_COP = 1.0, 20.0

Amount = Annotated[float, Field(ge=0, le=MAX_NUMBER)]
Positive = Annotated[float, Field(gt=0, le=MAX_NUMBER)]
Share = Annotated[float, Field(ge=0, le=1)]
Efficiency = Annotated[float, Field(gt=0, le=1)]
Limit = Annotated[float | None, Field(ge=0, le=MAX_NUMBER)]
Weekday = Annotated[int, BeforeValidator(weekday_number), Field(ge=0, le=6)]
ClockTime = Annotated[str, Field(pattern=CLOCK_PATTERN)]


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{message}", {"message": message})


def _outside(value: float | None, lowest: float | None, highest: float | None) -> bool:
    """Whether all three are known and the value is not between the bounds."""
    return value is not None and lowest is not None and highest is not None and not lowest <= value <= highest


class Device(BaseModel):
    """What every kind has."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, strict=True, frozen=True)

    name: str | None = None


class SolarPanel(Device):
    """Panels: the profile says what they give, the inverter what gets through."""

    kind: Literal["solar_panel"]
    capacity_kwp: Amount = 0.0
    inverter_kw: Limit = None
    tilt_deg: float | None = None
    azimuth_deg: float | None = None


class WindTurbine(Device):
    """A turbine: the profile says what it gives, the inverter what gets through."""

    kind: Literal["wind_turbine"]
    capacity_kw: Amount = 0.0
    inverter_kw: Limit = None
    hub_height_m: float | None = None


class Generator(Device):
    """A generator. Without a cost of fuel it never runs: nobody could say when it is worth it."""

    kind: Literal["generator"]
    capacity_kw: Amount
    fuel_cost_per_kwh: Limit = None


class Storage(Device):
    """Batteries and cars."""

    capacity_kwh: Positive
    max_charge_kw: Amount
    max_discharge_kw: Amount
    charge_efficiency: Efficiency = 0.95
    discharge_efficiency: Efficiency = 0.95
    max_soc: Share = 1.0
    min_soc: Share = 0.0
    initial_soc: Annotated[Share | None, Field(validate_default=True)] = None
    self_discharge_per_day: Share = 0.0
    inverter_kw: Limit = None

    @field_validator("initial_soc")
    @classmethod
    def _inside(cls, value: float | None, info: ValidationInfo) -> float | None:
        """Absent: as empty as may be."""
        lowest, highest = info.data.get("min_soc"), info.data.get("max_soc")
        start = lowest if value is None else value
        if _outside(start, lowest, highest):
            raise _wrong("must be between min_soc and max_soc")
        return start

    def power_kw(self, name: str) -> float:
        """A power limit of the device, not above its inverter's."""
        power: float = getattr(self, name)
        return power if self.inverter_kw is None else min(power, self.inverter_kw)


class Battery(Storage):
    """A stationary battery."""

    kind: Literal["battery"]


class Trip(BaseModel):
    """Away from `departs` to `returns` of the local clock, on the next day if that is earlier."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True, frozen=True)

    weekdays: list[Weekday] = Field(list(range(7)), min_length=1)
    departs: ClockTime
    returns: ClockTime
    energy_kwh: Amount = 0.0

    @property
    def span(self) -> tuple[list[int], int, int]:
        """Weekdays, first minute of the day, minutes away."""
        begin = clock_minute(self.departs)
        return self.weekdays, begin, (clock_minute(self.returns) - begin) % DAY_MINUTES


class ElectricVehicle(Storage):
    """A car; simulated where it has a schedule."""

    kind: Literal["electric_vehicle"]
    max_discharge_kw: Amount = 0.0
    charge_strategy: Annotated[ChargeStrategy, Field(strict=False)] = ChargeStrategy.ON_ARRIVAL
    target_soc: Share | None = None
    power_levels_kw: list[Positive] = []
    schedule: list[Trip] = []

    @field_validator("target_soc")
    @classmethod
    def _reachable(cls, value: float | None, info: ValidationInfo) -> float | None:
        lowest, highest = info.data.get("min_soc"), info.data.get("max_soc")
        if _outside(value, lowest, highest):
            raise _wrong("must be between min_soc and max_soc")
        return value

    @field_validator("power_levels_kw")
    @classmethod
    def _rising(cls, value: list[float], info: ValidationInfo) -> list[float]:
        if any(after <= before for before, after in pairwise(value)):
            raise _wrong("must rise from one to the next")
        most = info.data.get("max_charge_kw")
        if value and most is not None and value[-1] > most:
            raise _wrong(f"must not be above max_charge_kw ({most:g})")
        return value

    @property
    def wanted_soc(self) -> float:
        """What it must have at departure."""
        return self.max_soc if self.target_soc is None else self.target_soc


class Store(Device):
    """What heat pumps, heaters and air conditioners have in common."""

    max_power_kw: Amount
    store_kwh: Limit = None
    store_litres: Limit = None
    store_delta_k: Positive = 10.0
    store_loss_per_day: Annotated[float, Field(ge=0, lt=1)] = 0.0
    initial_store: Share = 0.0

    @field_validator("store_litres")
    @classmethod
    def _one_size(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("store_kwh") is not None:
            raise _wrong("give either store_kwh or store_litres")
        return value

    @property
    def holds_kwh(self) -> float:
        """What the store holds, kWh thermal; 0 without a store."""
        if self.store_litres is not None:
            return self.store_litres * self.store_delta_k * KWH_PER_LITRE_AND_KELVIN
        return self.store_kwh or 0.0


class Heating(Store):
    """Heat pumps and heaters."""

    heat_loss_kw_per_k: Limit = None
    heating_limit_c: float = 15.0


class Heater(Heating):
    """All it takes becomes heat."""

    kind: Literal["heater"]


class HeatPump(Heating):
    """A heat pump; modelled where a COP is known."""

    kind: Literal["heat_pump"]
    cop: Annotated[float | None, Field(gt=0, le=HIGHEST_COP)] = None
    cop_model: Literal["air", "ground", "water"] | None = None
    carnot_fraction: Annotated[float | None, Field(gt=0, le=1)] = None
    supply_temperature_c: Annotated[float, Field(ge=10, le=90)] = 45.0
    source_temperature_c: Annotated[float | None, Field(ge=-50, le=60)] = None

    @field_validator("cop_model", "carnot_fraction")
    @classmethod
    def _only_one(cls, value: Any, info: ValidationInfo) -> Any:
        if value is not None and any(info.data.get(name) is not None for name in ("cop", "cop_model")):
            raise _wrong("give only one of cop, cop_model and carnot_fraction")
        return value

    @property
    def modelled(self) -> bool:
        """Whether a COP is known."""
        return (self.cop, self.cop_model, self.carnot_fraction) != (None, None, None)


class AirConditioner(Store):
    """An air conditioner; it runs where the need of cold is known."""

    kind: Literal["air_conditioner"]
    eer: Annotated[float | None, Field(gt=0, le=30)] = None
    eer_slope_per_k: Annotated[float, Field(ge=0, le=5)] = 0.0
    carnot_fraction: Annotated[float | None, Field(gt=0, le=1)] = None
    indoor_temperature_c: Annotated[float, Field(ge=5, le=40)] = 24.0
    cooling_gain_kw_per_k: Limit = None
    cooling_limit_c: float = 24.0

    @field_validator("carnot_fraction")
    @classmethod
    def _only_one(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("eer") is not None:
            raise _wrong("give either eer or carnot_fraction")
        return value

    @property
    def modelled(self) -> bool:
        """Whether its ratio is known."""
        return (self.eer, self.carnot_fraction) != (None, None)


KINDS: Mapping[str, type[Device]] = {
    "solar_panel": SolarPanel,
    "wind_turbine": WindTurbine,
    "generator": Generator,
    "battery": Battery,
    "electric_vehicle": ElectricVehicle,
    "heat_pump": HeatPump,
    "heater": Heater,
    "air_conditioner": AirConditioner,
}


def read_devices(house: Mapping[str, Any]) -> tuple[Device, ...]:
    """The devices of a house that `check_device` let through, in declared order."""
    return tuple(KINDS[device["kind"]].model_validate(device) for device in house["devices"])


def check_device(device: Mapping[str, Any], path: str, step_minutes: int) -> Iterator[Finding]:
    """All that is wrong with a device; `path` is its place in the document."""
    model = KINDS.get(device.get("kind", ""))
    if model is None:
        yield Finding(f"{path}.kind", f"{device.get('kind')!r} is none of {', '.join(KINDS)}")
        return
    try:
        read = model.model_validate(device)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            yield Finding(".".join((path, *map(str, item["loc"]))), item["msg"])
        return
    if isinstance(read, ElectricVehicle):
        yield from _check_trips(read.schedule, path, step_minutes)
    elif isinstance(read, HeatPump) and read.heat_loss_kw_per_k is not None and not read.modelled:
        yield Finding(f"{path}.heat_loss_kw_per_k", "needs one of cop, cop_model and carnot_fraction")
    elif isinstance(read, AirConditioner) and read.cooling_gain_kw_per_k is not None and not read.modelled:
        yield Finding(f"{path}.cooling_gain_kw_per_k", "needs eer or carnot_fraction")


def _check_trips(trips: list[Trip], path: str, step_minutes: int) -> Iterator[Finding]:
    """Trips take time and lie apart, also when they are widened to whole steps."""
    without = [index for index, trip in enumerate(trips) if trip.span[2] == 0]
    yield from (Finding(f"{path}.schedule.{index}", "departs and returns at the same time") for index in without)
    if without:
        return
    apart = overlaps([trip.span for trip in trips])
    for earlier, later, minute in apart or overlaps([_widened(trip.span, step_minutes) for trip in trips]):
        where = f"{path}.schedule.{later}"
        steps = "" if apart else f" in steps of {step_minutes} minutes"
        yield Finding(where, f"overlaps trip {earlier} at {clock_text(minute)}{steps}")


def _widened(span: tuple[list[int], int, int], step_minutes: int) -> tuple[list[int], int, int]:
    """The whole steps in which the car is away at some time."""
    if step_minutes <= 0:
        return span
    weekdays, begin, length = span
    first = begin // step_minutes * step_minutes
    last = -(-(begin + length) // step_minutes) * step_minutes
    return weekdays, first, last - first
