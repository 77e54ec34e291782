"""Heat and cold that houses need, and the devices that serve them.

A house's heat is served by its heat pumps in declared order, then by its heaters; its cold by its air conditioners. The
heat is that of its `heat` profiles and `loss · max(limit − T, 0)`, with T the outdoor temperature. Where a house has
neither a heater nor a heat pump, or a heat pump without a COP, its `heat` profiles are electricity.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygge_engine.inputs.curves import Curve, curve_of
from hygge_engine.inputs.devices import AirConditioner, Device, Heater, Heating, HeatPump
from hygge_engine.inputs.terms import Terms
from hygge_engine.kernel import ThermalInput, Thermals

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]
Maker = HeatPump | Heater | AirConditioner


@dataclass(frozen=True, slots=True)
class Limit:
    """Degrees that count: below `celsius` (heating), or above it (cooling)."""

    celsius: float
    heating: bool

    def degrees(self, outdoor_c: Float32) -> Float32:
        """How far the outdoor temperature is beyond the limit, K, float32[T]."""
        away = np.float32(self.celsius) - outdoor_c
        return np.asarray(np.maximum(away if self.heating else -away, np.float32(0.0)), np.float32)


@dataclass(frozen=True, slots=True)
class Demand:
    """Where the rows of `ThermalInput` come from.

    row_house: int64[Q], the house of each row of demand, rising. heat: profiles by row. losses: degrees by row, rows of
    `limits`. curves: the rows of the ratios.
    """

    row_house: Int64
    heat: Terms
    losses: Terms
    limits: tuple[Limit, ...]
    curves: tuple[Curve, ...]

    @property
    def needs_outdoor(self) -> bool:
        """Whether nothing can be computed without the outdoor temperature."""
        return bool(self.losses.count) or any(curve.needs_outdoor for curve in self.curves)

    def window(self, profiles: Float32, outdoor_c: Float32 | None) -> ThermalInput:
        """Demand and ratios of a window; profiles: float32[P, T], outdoor_c: float32[T]."""
        steps = profiles.shape[1]
        demand = self.heat.compose(profiles)
        if self.losses.count:
            assert outdoor_c is not None
            demand += self.losses.compose(np.stack([limit.degrees(outdoor_c) for limit in self.limits]))
        outdoor = None if outdoor_c is None else outdoor_c.astype(np.float64)
        ratios = np.empty((len(self.curves), steps), np.float32)
        for row, curve in enumerate(self.curves):
            ratios[row] = curve.values(outdoor, steps)
        return ThermalInput(demand, ratios)

    def select(self, first: int, last: int, thermals: Thermals) -> tuple["Demand", Thermals]:
        """The demand of houses `first` to `last - 1`, with their devices, whose rows are renumbered."""
        start, stop = np.searchsorted(self.row_house, [first, last]).tolist()
        used, cop_row = np.unique(thermals.cop_row, return_inverse=True)
        part = Demand(
            self.row_house[start:stop] - first,
            self.heat.select(start, stop),
            self.losses.select(start, stop),
            self.limits,
            tuple(self.curves[row] for row in used.tolist()),
        )
        renumbered = Thermals(
            thermals.offsets,
            thermals.max_power_kw,
            thermals.demand_row - start,
            cop_row.astype(np.int64),
            thermals.store_kwh,
            thermals.store_loss_per_day,
            thermals.initial_store,
        )
        return part, renumbered


def heated(devices: Sequence[Device]) -> bool:
    """Whether a house's `heat` profiles are heat that its devices serve, not electricity."""
    makers = [device for device in devices if isinstance(device, Heating)]
    return bool(makers) and all(device.modelled for device in makers if isinstance(device, HeatPump))


def makers_of(devices: Sequence[Device]) -> tuple[list[Maker], list[Maker]]:
    """What makes heat, in the order of use, and what makes cold."""
    heat: list[Maker] = []
    if heated(devices):
        heat += [device for device in devices if isinstance(device, HeatPump)]
        heat += [device for device in devices if isinstance(device, Heater)]
    cold: list[Maker] = [
        device for device in devices if isinstance(device, AirConditioner) and device.cooling_gain_kw_per_k is not None
    ]
    return heat, cold


@dataclass(slots=True)
class _Rows:
    """Rows while they are collected: equal curves and limits once."""

    curves: dict[Curve, int]
    limits: dict[Limit, int]
    row_house: list[int]
    losses: list[tuple[int, int, float]]
    devices: list[tuple[Maker, int, int]]

    def add(self, house: int, makers: list[Maker]) -> None:
        """A row of demand and the devices that serve it one after the other."""
        row = len(self.row_house)
        self.row_house.append(house)
        for device in makers:
            curve = self.curves.setdefault(curve_of(device), len(self.curves))
            self.devices.append((device, row, curve))
            loss, limit = _loss(device)
            if loss:
                self.losses.append((row, self.limits.setdefault(limit, len(self.limits)), loss))


def _loss(device: Maker) -> tuple[float, Limit]:
    if isinstance(device, AirConditioner):
        return device.cooling_gain_kw_per_k or 0.0, Limit(device.cooling_limit_c, heating=False)
    return device.heat_loss_kw_per_k or 0.0, Limit(device.heating_limit_c, heating=True)


def heat_of(houses: Sequence[Sequence[Device]], heat: Terms) -> tuple[Demand, Thermals]:
    """The demand of all houses and the devices that serve it; heat: the `heat` profiles of heated houses by house."""
    rows = _Rows({}, {}, [], [], [])
    counts = np.zeros(len(houses) + 1, np.int64)
    heat_row = np.full(len(houses), -1)
    for index, devices in enumerate(houses):
        before = len(rows.devices)
        warm, cold = makers_of(devices)
        if warm:
            heat_row[index] = len(rows.row_house)
            rows.add(index, warm)
        if cold:
            rows.add(index, cold)
        counts[index + 1] = len(rows.devices) - before
    demand = Demand(
        np.asarray(rows.row_house, np.int64),
        Terms(heat_row[heat.target], heat.row, heat.scale, len(rows.row_house)),
        Terms.of(rows.losses, len(rows.row_house)),
        tuple(rows.limits),
        tuple(rows.curves),
    )
    return demand, _thermals(np.cumsum(counts), rows.devices)


def _thermals(offsets: Int64, devices: list[tuple[Maker, int, int]]) -> Thermals:
    makers = [device for device, _, _ in devices]
    return Thermals(
        offsets,
        max_power_kw=np.asarray([device.max_power_kw for device in makers], np.float64),
        demand_row=np.asarray([row for _, row, _ in devices], np.int64),
        cop_row=np.asarray([curve for _, _, curve in devices], np.int64),
        store_kwh=np.asarray([device.holds_kwh for device in makers], np.float64),
        store_loss_per_day=np.asarray([device.store_loss_per_day for device in makers], np.float64),
        initial_store=np.asarray([device.initial_store for device in makers], np.float64),
    )
