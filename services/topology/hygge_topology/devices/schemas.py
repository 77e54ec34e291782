"""The eight kinds of device. Power is at the AC terminal in kW, energy in kWh, shares and efficiencies in [0, 1]."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args

from pydantic import (
    BaseModel,
    Field,
    PlainValidator,
    SerializeAsAny,
    ValidationInfo,
    create_model,
    field_validator,
)

from hygge_topology.devices.heat import ColdMaker, HeatMaker, HeatPumpCurve
from hygge_topology.devices.trips import Trip, check_apart
from hygge_topology.fields import Amount, Efficiency, Label, PositiveAmount, Share, Strict, wrong

Kind = Literal[
    "solar_panel",
    "wind_turbine",
    "generator",
    "battery",
    "electric_vehicle",
    "heat_pump",
    "heater",
    "air_conditioner",
]


ChargeStrategy = Literal["on_arrival", "solar_surplus", "cheapest_hours", "by_departure"]


class DeviceFields(Strict):
    """What every kind has."""

    kind: Kind
    name: Label | None = Field(None, examples=["Roof, south"])


class SolarPanel(DeviceFields):
    """Photovoltaic panels."""

    kind: Literal["solar_panel"]
    capacity_kwp: Amount = Field(description="Peak power under standard test conditions, kWp", examples=[6.4])
    inverter_kw: Amount | None = Field(None, description="Most the inverter gives, kW; absent: no limit")
    tilt_deg: float | None = Field(None, ge=0, le=90, description="0 flat, 90 upright, degrees")
    azimuth_deg: float | None = Field(None, ge=0, lt=360, description="0 north, 90 east, 180 south, degrees")


class WindTurbine(DeviceFields):
    """A small wind turbine."""

    kind: Literal["wind_turbine"]
    capacity_kw: Amount = Field(description="Rated power, kW", examples=[10])
    inverter_kw: Amount | None = Field(None, description="Most the inverter gives, kW; absent: no limit")
    hub_height_m: float | None = Field(None, gt=0, le=500, description="Height of the hub above ground, m")


class Generator(DeviceFields):
    """A generator that burns fuel."""

    kind: Literal["generator"]
    capacity_kw: Amount = Field(description="Rated power, kW", examples=[20])
    fuel_cost_per_kwh: Amount | None = Field(
        None, description="Cost of fuel per kWh given, grid's currency; absent: it is described, but never runs"
    )


class Storage(DeviceFields):
    """What stores energy. `E' = E·(1−σΔ/24) + c·Δ·η_c − d·Δ/η_d`, see the model page."""

    capacity_kwh: PositiveAmount = Field(description="Energy between state of charge 0 and 1, kWh", examples=[10])
    max_charge_kw: Amount = Field(description="Most it charges with, kW", examples=[5])
    max_discharge_kw: Amount = Field(description="Most it discharges with, kW", examples=[5])
    charge_efficiency: Efficiency = Field(0.95, description="Stored / taken at the terminal, (0, 1]")
    discharge_efficiency: Efficiency = Field(0.95, description="Given at the terminal / taken from store, (0, 1]")
    max_soc: Share = Field(1.0, description="Highest state of charge, [0, 1]")
    min_soc: Share = Field(0.0, description="Lowest state of charge, [0, 1]")
    initial_soc: Share | None = Field(
        None, validate_default=True, description="State of charge at the start; absent: min_soc"
    )
    self_discharge_per_day: float = Field(
        0.0, ge=0, lt=1, description="Share of the stored energy lost per day, [0, 1)"
    )
    inverter_kw: Amount | None = Field(None, description="Most the inverter carries, kW; absent: no limit")

    @field_validator("min_soc")
    @classmethod
    def _below_max(cls, value: float, info: ValidationInfo) -> float:
        highest = info.data.get("max_soc")
        if highest is not None and value > highest:
            raise wrong(f"must not be above max_soc ({highest:g})")
        return value

    @field_validator("initial_soc")
    @classmethod
    def _inside(cls, value: float | None, info: ValidationInfo) -> float | None:
        lowest, highest = info.data.get("min_soc"), info.data.get("max_soc")
        if value is None:
            return lowest
        if lowest is not None and highest is not None and not lowest <= value <= highest:
            raise wrong(f"must be between min_soc ({lowest:g}) and max_soc ({highest:g})")
        return value


class Battery(Storage):
    """A stationary battery. 0.95 each way makes a round trip of 90 %, usual for an AC-coupled home battery."""

    kind: Literal["battery"]


class ElectricVehicle(Storage):
    """A car at its charge point. It is simulated where a `schedule` says when it is away; without one its charging is
    what an `ev` profile says.
    """

    kind: Literal["electric_vehicle"]
    max_discharge_kw: Amount = Field(
        0.0, description="Most it gives back to its house (vehicle to home), kW; 0: nothing", examples=[0]
    )
    charge_strategy: ChargeStrategy = Field(
        "on_arrival",
        description="When it charges at home: at once; from the house's own surplus; in the cheapest hours; or as late "
        "as its departure allows. What is needed for the next departure is always charged in time, if possible",
    )
    target_soc: Share | None = Field(None, description="State of charge it must have at departure; absent: max_soc")
    power_levels_kw: list[PositiveAmount] = Field(
        [], max_length=50, description="The powers that it can charge with, kW, rising; none: any", examples=[[3.7, 11]]
    )
    schedule: list[Trip] = Field([], max_length=100, description="Its trips of a week, which come again every week")

    @field_validator("target_soc")
    @classmethod
    def _reachable(cls, value: float | None, info: ValidationInfo) -> float | None:
        lowest, highest = info.data.get("min_soc"), info.data.get("max_soc")
        if value is None or lowest is None or highest is None:
            return value
        if not lowest <= value <= highest:
            raise wrong(f"must be between min_soc ({lowest:g}) and max_soc ({highest:g})")
        return value

    @field_validator("power_levels_kw")
    @classmethod
    def _rising(cls, value: list[float], info: ValidationInfo) -> list[float]:
        if any(after <= before for before, after in pairwise(value)):
            raise wrong("must rise from one to the next")
        most = info.data.get("max_charge_kw")
        if value and most is not None and value[-1] > most:
            raise wrong(f"must not be above max_charge_kw ({most:g})")
        return value

    @field_validator("schedule")
    @classmethod
    def _apart(cls, value: list[Trip]) -> list[Trip]:
        return check_apart(value)


class HeatPump(HeatMaker, HeatPumpCurve, DeviceFields):
    """A heat pump. With a COP it serves its house's heat; without one its consumption is what a `heat` profile says."""

    kind: Literal["heat_pump"]
    max_power_kw: Amount = Field(description="Most electric power it takes, kW", examples=[3])


class Heater(HeatMaker, DeviceFields):
    """An electric heater: all it takes becomes heat. Beside a heat pump it gives what the pump can't."""

    kind: Literal["heater"]
    max_power_kw: Amount = Field(description="Most electric power it takes, kW", examples=[2])


class AirConditioner(ColdMaker, DeviceFields):
    """An air conditioner. It runs where `cooling_gain_kw_per_k` says how much cold its house needs."""

    kind: Literal["air_conditioner"]
    max_power_kw: Amount = Field(description="Most electric power it takes, kW", examples=[1.5])


KINDS: dict[str, type[BaseModel]] = dict(
    zip(
        get_args(Kind),
        (SolarPanel, WindTurbine, Generator, Battery, ElectricVehicle, HeatPump, Heater, AirConditioner),
        strict=True,
    )
)


class _OfKind(BaseModel):
    kind: Kind


class _Stored(BaseModel):
    id: int
    house_id: int
    grid_id: int


def with_fields(prefix: str, fields: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Every kind with the fields of another model in front, named `prefix` + kind."""
    return {
        kind: create_model(f"{prefix}{model.__name__}", __base__=(model, fields), __doc__=model.__doc__)
        for kind, model in KINDS.items()
    }


def one_of(models: Mapping[str, type[BaseModel]]) -> Any:
    """The union of kinds as an annotation.

    The model is chosen by hand, because pydantic's own discriminator puts the kind into the path of each finding.
    """

    def choose(value: Any) -> BaseModel:
        if isinstance(value, BaseModel):
            return value
        return models[_OfKind.model_validate(value).kind].model_validate(value)

    union: Any = Union[tuple(models.values())]  # noqa: UP007  # built at run time
    schema = Annotated[union, Field(discriminator="kind")]
    as_it_is: Any = SerializeAsAny()  # type: ignore[type-arg]
    return Annotated[union, PlainValidator(choose, json_schema_input_type=schema), as_it_is]


STORED = with_fields("Stored", _Stored)

if TYPE_CHECKING:
    NewDevice = DeviceFields

    class Device(DeviceFields, _Stored):
        """A stored device."""
else:
    NewDevice = one_of(KINDS)
    Device = one_of(STORED)
