"""Naive houses: their batteries, and what they do for their own house."""

from dataclasses import dataclass

import numpy as np

from hygge_engine.kernel import Community
from hygge_engine.kernel.types import Float64


@dataclass
class Battery:
    house: int
    energy: float
    lowest: float
    highest: float
    max_charge: float
    max_discharge: float
    charge_efficiency: float
    discharge_efficiency: float
    self_discharge: float
    kept: float = 0.0  # energy at the step's start, after self-discharge
    own: float = 0.0  # power for the own house alone
    power: float = 0.0
    loss_kwh: float = 0.0  # of this step's movement


@dataclass
class House:
    """Flows of one house in one step, in kW."""

    load: float
    generation: float
    storage: float = 0.0
    energy: float = 0.0
    local: float = 0.0
    between: float = 0.0
    grid: float = 0.0
    curtailed: float = 0.0
    unserved: float = 0.0
    loss_kwh: float = 0.0
    alone: float = 0.0
    position: float = 0.0  # what is still to be bought (+) or sold (−)
    soc: float | None = None  # of its battery, after own storage


def batteries_of(community: Community, energies: Float64) -> list[Battery]:
    given = community.batteries
    result = []
    for house in range(community.houses):
        for b in range(given.offsets[house], given.offsets[house + 1]):
            capacity = float(given.capacity_kwh[b])
            result.append(
                Battery(
                    house,
                    float(energies[b]),
                    float(given.min_soc[b]) * capacity,
                    float(given.max_soc[b]) * capacity,
                    float(given.max_charge_kw[b]),
                    float(given.max_discharge_kw[b]),
                    float(given.charge_efficiency[b]),
                    float(given.discharge_efficiency[b]),
                    float(given.self_discharge_per_day[b]),
                )
            )
    return result


def inverter_limit(community: Community, house: int) -> float:
    """The largest float32 that is not above the limit: generation is stored as float32 and must keep it."""
    limit = np.float32(community.inverter_kw[house])
    return float(limit if limit <= community.inverter_kw[house] else np.nextafter(limit, np.float32(-np.inf)))


def move(battery: Battery, power: float, hours: float) -> float:
    """Charge (power > 0) or discharge for a step; returns the loss in kWh."""
    gained = power * hours * battery.charge_efficiency if power > 0 else power * hours / battery.discharge_efficiency
    battery.energy += gained
    for bound in (battery.lowest, battery.highest):
        if abs(battery.energy - bound) < 1e-11:
            battery.energy = bound
    battery.power += power
    return power * hours - gained


def move_more(battery: Battery, power: float, hours: float) -> float:
    """Add to what the battery did in this step, as one movement from its start; returns what that adds to the loss."""
    total, before = battery.power + power, battery.loss_kwh
    battery.energy, battery.power = battery.kept, 0.0
    battery.loss_kwh = move(battery, total, hours)
    return battery.loss_kwh - before


def without_dust(power: float) -> float:
    """What rounding leaves of a trade is neither deficit nor surplus."""
    return power if abs(power) > 1e-12 else 0.0


def own_storage(house: House, batteries: list[Battery], hours: float) -> None:
    for battery in batteries:
        before = battery.energy
        battery.energy = max(before * (1 - battery.self_discharge * hours / 24), battery.lowest)
        house.loss_kwh += before - battery.energy
        battery.kept, battery.power = battery.energy, 0.0
        power = 0.0
        if house.position < 0:
            room = (battery.highest - battery.energy) / battery.charge_efficiency / hours
            power = min(-house.position, battery.max_charge, max(room, 0.0))
        elif house.position > 0:
            stock = (battery.energy - battery.lowest) * battery.discharge_efficiency / hours
            power = -min(house.position, battery.max_discharge, max(stock, 0.0))
        battery.own, battery.loss_kwh = power, move(battery, power, hours)
        house.loss_kwh += battery.loss_kwh
        house.position += power
        house.storage += power
