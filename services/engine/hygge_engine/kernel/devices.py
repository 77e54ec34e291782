"""The flexible devices of houses: cars, what makes heat and cold, and generators. Nothing here computes.

Letters in shapes: H houses, E cars, X thermal devices, G generators, n trips, T steps of a window. All are sorted by
house; `offsets` is int64[H+1], the devices of house i are `offsets[i]:offsets[i+1]`.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


def _check_columns(devices: Any, count: int, names: tuple[str, ...]) -> None:
    for name in names:
        array = getattr(devices, name)
        if array.shape != (count,):
            raise ValueError(f"{name} has shape {array.shape}, expected {(count,)}")


def _select(offsets: Int64, first: int, last: int) -> tuple[slice, Int64]:
    start, stop = int(offsets[first]), int(offsets[last])
    return slice(start, stop), offsets[first : last + 1] - start


@dataclass(frozen=True, slots=True)
class Cars:
    """Electric vehicles at their charge points.

    float64[E], as of batteries: capacity_kwh, max_charge_kw, max_discharge_kw (0: no vehicle to home),
    charge_efficiency, discharge_efficiency, min_soc, max_soc, initial_soc, self_discharge_per_day; target_soc: what it
    must have at departure. strategy: int64[E], place in `ChargeStrategy`. levels_kw: float64[…], charging powers that
    the charge point knows, rising, those of car e are `level_offsets[e]:level_offsets[e+1]`; none: any power.
    Trips of car e are `trip_offsets[e]:trip_offsets[e+1]`, in the order of time and apart: it is away in the steps
    [departs, returns) of the run (int64[n], steps counted from the run's start; they may lie outside it) and drives
    need_kwh (float64[n]) out of its battery.
    """

    offsets: Int64
    capacity_kwh: Float64
    max_charge_kw: Float64
    max_discharge_kw: Float64
    charge_efficiency: Float64
    discharge_efficiency: Float64
    min_soc: Float64
    max_soc: Float64
    initial_soc: Float64
    self_discharge_per_day: Float64
    target_soc: Float64
    strategy: Int64
    level_offsets: Int64
    levels_kw: Float64
    trip_offsets: Int64
    departs: Int64
    returns: Int64
    need_kwh: Float64

    def __post_init__(self) -> None:
        _check_columns(self, self.count, CAR_FIELDS)

    @property
    def count(self) -> int:
        """E, the number of cars."""
        return int(self.offsets[-1])

    @classmethod
    def none(cls, houses: int) -> Self:
        """No car at any of `houses` houses."""
        nothing, whole, start = np.zeros(0), np.zeros(0, np.int64), np.zeros(1, np.int64)
        columns: dict[str, Any] = dict.fromkeys(CAR_FIELDS, nothing) | {"strategy": whole}
        return cls(
            np.zeros(houses + 1, np.int64), **columns, level_offsets=start, levels_kw=nothing, trip_offsets=start,
            departs=whole, returns=whole, need_kwh=nothing,
        )  # fmt: skip

    def select(self, first: int, last: int) -> "Cars":
        """The cars of houses `first` to `last - 1`, with the houses renumbered from 0."""
        kept, offsets = _select(self.offsets, first, last)
        columns: dict[str, Any] = {name: np.ascontiguousarray(getattr(self, name)[kept]) for name in CAR_FIELDS}
        levels, level_offsets = _select(self.level_offsets, kept.start, kept.stop)
        trips, trip_offsets = _select(self.trip_offsets, kept.start, kept.stop)
        return Cars(
            offsets, **columns, level_offsets=level_offsets, levels_kw=self.levels_kw[levels].copy(),
            trip_offsets=trip_offsets, departs=self.departs[trips].copy(), returns=self.returns[trips].copy(),
            need_kwh=self.need_kwh[trips].copy(),
        )  # fmt: skip


CAR_FIELDS: tuple[str, ...] = (
    "capacity_kwh",
    "max_charge_kw",
    "max_discharge_kw",
    "charge_efficiency",
    "discharge_efficiency",
    "min_soc",
    "max_soc",
    "initial_soc",
    "self_discharge_per_day",
    "target_soc",
    "strategy",
)


@dataclass(frozen=True, slots=True)
class Thermals:
    """Heat pumps, air conditioners and heaters, each with an optional thermal store.

    max_power_kw: float64[X], electric. demand_row: int64[X], row of `ThermalInput.demand_kw` that it serves; several
    devices of the same row serve it one after the other, each what those before it could not (a heater behind a heat
    pump). cop_row: int64[X], row of `ThermalInput.cop`. store_kwh: float64[X], 0 without a store; store_loss_per_day:
    part of its energy lost per day; initial_store: its content at the start as a part of store_kwh.
    """

    offsets: Int64
    max_power_kw: Float64
    demand_row: Int64
    cop_row: Int64
    store_kwh: Float64
    store_loss_per_day: Float64
    initial_store: Float64

    def __post_init__(self) -> None:
        _check_columns(self, self.count, THERMAL_FIELDS)

    @property
    def count(self) -> int:
        """X, the number of devices."""
        return int(self.offsets[-1])

    @classmethod
    def none(cls, houses: int) -> Self:
        """No such device in any of `houses` houses."""
        nothing, whole = np.zeros(0), np.zeros(0, np.int64)
        return cls(np.zeros(houses + 1, np.int64), nothing, whole, whole, nothing, nothing, nothing)

    def select(self, first: int, last: int) -> "Thermals":
        """The devices of houses `first` to `last - 1`; rows of the input stay what they are."""
        kept, offsets = _select(self.offsets, first, last)
        return Thermals(offsets, *(np.ascontiguousarray(getattr(self, name)[kept]) for name in THERMAL_FIELDS))


THERMAL_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Thermals) if field.name != "offsets")


@dataclass(frozen=True, slots=True)
class Generators:
    """Generators that burn fuel: capacity_kw, fuel_cost (per kWh given, grid's currency), float64[G] each."""

    offsets: Int64
    capacity_kw: Float64
    fuel_cost: Float64

    def __post_init__(self) -> None:
        _check_columns(self, self.count, ("capacity_kw", "fuel_cost"))

    @property
    def count(self) -> int:
        """G, the number of generators."""
        return int(self.offsets[-1])

    @classmethod
    def none(cls, houses: int) -> Self:
        """No generator in any of `houses` houses."""
        return cls(np.zeros(houses + 1, np.int64), np.zeros(0), np.zeros(0))

    def select(self, first: int, last: int) -> "Generators":
        """The generators of houses `first` to `last - 1`."""
        kept, offsets = _select(self.offsets, first, last)
        return Generators(offsets, self.capacity_kw[kept].copy(), self.fuel_cost[kept].copy())


@dataclass(frozen=True, slots=True)
class Devices:
    """All flexible devices of a community's houses."""

    cars: Cars
    thermals: Thermals
    generators: Generators

    @classmethod
    def none(cls, houses: int) -> Self:
        """No flexible device in any of `houses` houses."""
        return cls(Cars.none(houses), Thermals.none(houses), Generators.none(houses))

    @property
    def count(self) -> int:
        """How many there are."""
        return self.cars.count + self.thermals.count + self.generators.count

    def select(self, first: int, last: int) -> "Devices":
        """The devices of houses `first` to `last - 1`."""
        return Devices(
            self.cars.select(first, last), self.thermals.select(first, last), self.generators.select(first, last)
        )


@dataclass(frozen=True, slots=True)
class ThermalInput:
    """Of a window: demand_kw float32[Q, T], kW of heat or cold wanted; cop float32[C, T], heat per electricity."""

    demand_kw: Float32
    cop: Float32

    @classmethod
    def none(cls, steps: int) -> Self:
        """No demand."""
        return cls(np.zeros((0, steps), np.float32), np.zeros((0, steps), np.float32))


@dataclass(frozen=True, slots=True)
class Signals:
    """What devices and bidders know of prices: float64[N] each for the N steps of the whole run, per kWh.

    import_price: what an imported kWh costs with all fees and taxes. export_price: what an exported one earns.
    local_fee, between_fee: what a kWh bought inside the transformer, or from another one, costs beside its price.
    """

    import_price: Float64
    export_price: Float64
    local_fee: Float64
    between_fee: Float64

    @classmethod
    def none(cls, steps: int) -> Self:
        """All prices 0."""
        return cls(*(np.zeros(steps) for _ in range(4)))
