"""The naive twin of everything behind the meter: one house, one step, one device at a time, in plain Python."""

from dataclasses import dataclass, field

import numpy as np

from hygge_engine.kernel import Community, Rules, State, StorageStrategy, Window
from hygge_engine.kernel.options import ChargeStrategy
from services.engine.tests.kernel.naive_houses import Battery, batteries_of, inverter_limit, move

DUST = 1e-9
STRATEGIES = list(ChargeStrategy)


@dataclass
class Car:
    battery: Battery
    target: float
    strategy: ChargeStrategy
    levels: list[float]
    trips: list[tuple[int, int, float]]

    @property
    def full(self) -> float:
        """The highest power with which it can charge."""
        if not self.levels:
            return self.battery.max_charge
        return max([level for level in self.levels if level <= self.battery.max_charge * (1 + DUST)], default=0.0)


@dataclass
class Store:
    max_power: float
    demand_row: int
    cop_row: int
    size: float
    loss_per_day: float
    content: float
    lost: float = 0.0


@dataclass
class Flows:
    """One house in one step: kW, kWh at its end, kWh of day sums, money."""

    load: float
    generation: float
    storage: float = 0.0
    energy: float = 0.0
    bare: float = 0.0
    alone: float = 0.0
    loss: float = 0.0
    driven_kwh: float = 0.0
    ev_shortfall_kwh: float = 0.0
    heat_kwh: float = 0.0
    unmet_heat_kwh: float = 0.0
    generator_kwh: float = 0.0
    clipped_kwh: float = 0.0
    fuel_cost: float = 0.0

    @property
    def position(self) -> float:
        return self.load + self.storage - self.generation


@dataclass
class DeviceTwin:
    """steps[t][i] is house i; energies at the end in the order of devices."""

    steps: list[list[Flows]] = field(default_factory=list)
    batteries: list[float] = field(default_factory=list)
    cars: list[float] = field(default_factory=list)
    stores: list[float] = field(default_factory=list)
    heat_made: float = 0.0
    heat_lost: float = 0.0

    def series(self, name: str) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        return np.array([[getattr(house, name) for house in step] for step in self.steps], np.float64).T


def rounded(power: float) -> float:
    """Load and generation are what is stored: float32."""
    return float(np.float32(power))


class NaiveHouses:
    def __init__(self, community: Community, rules: Rules, window: Window, state: State) -> None:
        self.community, self.rules, self.window, self.hours = community, rules, window, window.step_hours
        resting = rules.storage_strategy is StorageStrategy.NONE
        self.batteries = [] if resting else batteries_of(community, state.battery_kwh)
        self.cars = self.cars_of(community, state)
        self.stores = self.stores_of(community, state)
        self.prices = window.signals.import_price.tolist()
        self.twin = DeviceTwin()

    def cars_of(self, community: Community, state: State) -> list[Car]:
        given, result = community.devices.cars, []
        for house in range(community.houses):
            for e in range(given.offsets[house], given.offsets[house + 1]):
                capacity = float(given.capacity_kwh[e])
                lowest, highest = float(given.min_soc[e]), float(given.max_soc[e])
                battery = Battery(
                    house, float(state.car_kwh[e]), lowest * capacity, highest * capacity,
                    float(given.max_charge_kw[e]), float(given.max_discharge_kw[e]), float(given.charge_efficiency[e]),
                    float(given.discharge_efficiency[e]), float(given.self_discharge_per_day[e]),
                )  # fmt: skip
                levels = given.levels_kw[given.level_offsets[e] : given.level_offsets[e + 1]].tolist()
                trips = slice(given.trip_offsets[e], given.trip_offsets[e + 1])
                each = (given.departs[trips].tolist(), given.returns[trips].tolist(), given.need_kwh[trips].tolist())
                target = min(max(float(given.target_soc[e]), lowest), highest) * capacity
                result.append(
                    Car(battery, target, STRATEGIES[given.strategy[e]], levels, list(zip(*each, strict=True)))
                )
        return result

    def stores_of(self, community: Community, state: State) -> list[list[Store]]:
        given, result = community.devices.thermals, []
        for house in range(community.houses):
            result.append(
                [
                    Store(
                        float(given.max_power_kw[x]),
                        int(given.demand_row[x]),
                        int(given.cop_row[x]),
                        float(given.store_kwh[x]),
                        float(given.store_loss_per_day[x]),
                        float(state.heat_kwh[x]),
                    )
                    for x in range(given.offsets[house], given.offsets[house + 1])
                ]
            )
        return result

    def run(self) -> DeviceTwin:
        for t in range(self.window.steps):
            self.twin.steps.append([self.step(i, t) for i in range(self.community.houses)])
        self.twin.batteries = [b.energy for b in self.batteries]
        self.twin.cars = [car.battery.energy for car in self.cars]
        self.twin.stores = [store.content for stores in self.stores for store in stores]
        self.twin.heat_lost = sum(store.lost for stores in self.stores for store in stores)
        return self.twin

    def step(self, i: int, t: int) -> Flows:
        offered, limit = float(self.window.generation_kw[i, t]), inverter_limit(self.community, i)
        house = Flows(float(self.window.load_kw[i, t]), min(offered, limit))
        house.clipped_kwh = (offered - house.generation) * self.hours
        self.heat(house, self.stores[i], t)
        for car in self.cars:
            if car.battery.house == i:
                self.drive_or_charge(house, car, self.window.first_step + t)
        house.bare = house.position
        self.store(house, i, t, limit)
        self.generate(house, i, self.window.first_step + t, limit)
        house.alone = house.position
        house.energy = sum(b.energy for b in self.batteries if b.house == i)
        house.energy += sum(car.battery.energy for car in self.cars if car.battery.house == i)
        return house

    # --- heat ---

    def heat(self, house: Flows, stores: list[Store], t: int) -> None:
        rows = list(dict.fromkeys(store.demand_row for store in stores))
        taken = 0.0
        for row in rows:
            lacking = float(self.window.thermal.demand_kw[row, t])
            for store in (s for s in stores if s.demand_row == row):
                cop = float(self.window.thermal.cop[store.cop_row, t])
                power, served = self.serve(store, cop, lacking, max(-(house.position + taken), 0.0))
                taken += power
                lacking -= served
                house.heat_kwh += served * self.hours
            house.unmet_heat_kwh += lacking * self.hours
        house.load = rounded(house.load + taken)

    def serve(self, store: Store, cop: float, demand: float, surplus: float) -> tuple[float, float]:
        """Electric power and heat given to the house, kW."""
        before = store.content
        store.content *= 1 - store.loss_per_day * self.hours / 24
        store.lost += before - store.content
        power_left = store.max_power if cop > 0 else 0.0
        served = power = 0.0
        for source in ("sun", "store", "grid"):
            if source == "store":
                heat = min(demand - served, store.content / self.hours)
                store.content -= heat * self.hours
            else:
                most = min(power_left, surplus - power) if source == "sun" else power_left
                heat = min(demand - served, max(most, 0.0) * cop)
                power += heat / cop if cop > 0 else 0.0
                power_left -= heat / cop if cop > 0 else 0.0
                self.twin.heat_made += heat * self.hours
            served += heat
        if surplus > power and cop > 0:
            more = min(surplus - power, power_left, (store.size - store.content) / self.hours / cop)
            power += more
            store.content += more * cop * self.hours
            self.twin.heat_made += more * cop * self.hours
        return power, served

    # --- cars ---

    def drive_or_charge(self, house: Flows, car: Car, now: int) -> None:
        battery = car.battery
        before = battery.energy
        battery.energy = max(before * (1 - battery.self_discharge * self.hours / 24), battery.lowest)
        house.loss += before - battery.energy
        away = [trip for trip in car.trips if trip[0] <= now < trip[1]]
        if away:
            wanted = away[0][2] / (away[0][1] - away[0][0])
            given = min(wanted, battery.energy - battery.lowest)
            battery.energy -= given
            house.driven_kwh += given
            house.ev_shortfall_kwh += wanted - given
            return
        departs = min((trip[0] for trip in car.trips if trip[0] > now), default=None)
        power = self.charging(house, car, now, departs)
        if power == 0 and battery.max_discharge > 0:
            power = -self.giving(house, car, now, departs)
        house.loss += move(battery, power, self.hours)
        house.storage += power

    def missing(self, car: Car, now: int, departs: int) -> float:
        """kWh to be put into the battery until it leaves, with the self-discharge of a car at its target."""
        leak = car.battery.self_discharge * self.hours / 24
        return car.target * (1 + (departs - now - 1) * leak) - car.battery.energy

    def charging(self, house: Flows, car: Car, now: int, departs: int | None) -> float:
        battery = car.battery
        gain = self.hours * battery.charge_efficiency
        needed = max((car.target - battery.energy) / gain, 0.0)
        needed = needed if needed > DUST else 0.0
        forced = 0.0
        if departs is not None and needed > 0:
            forced = self.missing(car, now, departs) / gain - (departs - now - 1) * car.full
            forced = min(forced, car.full) if forced > DUST else 0.0
        day = round(24 / self.hours)
        if car.strategy is ChargeStrategy.ON_ARRIVAL:
            wanted = needed
        elif car.strategy is ChargeStrategy.SOLAR_SURPLUS:
            wanted = max(-house.position, needed if forced > 0 else 0.0)
        elif car.strategy is ChargeStrategy.CHEAPEST_HOURS:
            wanted = min(max(self.planned(car, needed, now, departs, day), forced), needed)
        else:
            even = self.missing(car, now, departs) / gain / (departs - now) if departs is not None else 0.0
            wanted = min(max(even, forced), needed)
        if wanted <= DUST:
            return 0.0
        most = min(car.full, (battery.highest - battery.energy) / gain)
        upwards = forced > 0 or car.strategy is ChargeStrategy.BY_DEPARTURE
        if car.strategy is ChargeStrategy.CHEAPEST_HOURS and departs is not None:
            upwards = upwards or departs - now <= day
        return self.level(car, min(wanted, most), most, upwards)

    def planned(self, car: Car, needed: float, now: int, departs: int | None, day: int) -> float:
        """Fill the cheapest steps, of equal ones the earliest, with full power until it suffices; what is now's?"""
        end = min(now + day, len(self.prices), now + day if departs is None else departs)
        for step in sorted(range(now, end), key=lambda step: (self.prices[step], step)):
            power = min(needed, car.full)
            if step == now:
                return power if power > DUST * car.full else 0.0
            needed -= power
        raise AssertionError("now is one of the steps")

    def level(self, car: Car, power: float, most: float, upwards: bool) -> float:
        if not car.levels:
            return max(power, 0.0)
        below = max([level for level in car.levels if level <= power * (1 + DUST)], default=0.0)
        if upwards and below * (1 + DUST) < power:
            above = [level for level in car.levels if level > power and level <= most * (1 + DUST)]
            return min(above, default=below)
        return below

    def giving(self, house: Flows, car: Car, now: int, departs: int | None) -> float:
        battery, floor = car.battery, car.battery.lowest
        waits = departs is None and car.strategy is ChargeStrategy.BY_DEPARTURE
        if car.strategy in (ChargeStrategy.ON_ARRIVAL, ChargeStrategy.BY_DEPARTURE) and not waits:
            floor = car.target
        if departs is not None:
            can = (departs - now - 1) * car.full * self.hours * battery.charge_efficiency
            leak = (departs - now - 1) * battery.self_discharge * self.hours / 24
            least = car.target * (1 + leak) - can
            if least > car.target:
                least = max((car.target - can) / (1 - leak), car.target) if leak < 1 else float("inf")
            floor = max(floor, least)
        stock = (battery.energy - floor) * battery.discharge_efficiency / self.hours
        return max(min(stock, battery.max_discharge, house.position), 0.0)

    # --- batteries and generators ---

    def store(self, house: Flows, i: int, t: int, limit: float) -> None:
        wanted = self.wanted(house, i, t, limit)
        for battery in (b for b in self.batteries if b.house == i):
            before = battery.energy
            battery.energy = max(before * (1 - battery.self_discharge * self.hours / 24), battery.lowest)
            house.loss += before - battery.energy
            if wanted > 0:
                room = (battery.highest - battery.energy) / battery.charge_efficiency / self.hours
                power = min(wanted, battery.max_charge, max(room, 0.0))
            else:
                stock = (battery.energy - battery.lowest) * battery.discharge_efficiency / self.hours
                power = -min(-wanted, battery.max_discharge, max(stock, 0.0))
            house.loss += move(battery, power, self.hours)
            house.storage += power
            wanted -= power

    def wanted(self, house: Flows, i: int, t: int, limit: float) -> float:
        """Power that the batteries of a house shall take."""
        strategy, given, position = self.rules.storage_strategy, self.rules.storage, house.position
        surplus = max(-position, 0.0)
        if strategy is StorageStrategy.TIME_OF_USE:
            price = self.prices[self.window.first_step + t]
            if price < given.charge_below:
                return float("inf")
            return -position if price > given.discharge_above else surplus
        if strategy is StorageStrategy.PEAK_SHAVING:
            if position > given.peak_limit_kw:
                return given.peak_limit_kw - position
            if position < given.recharge_below_kw:
                return max(given.recharge_below_kw - position, surplus)
            return surplus
        if strategy is StorageStrategy.SCHEDULED:
            wanted = 0.0 if self.window.schedule_kw is None else float(self.window.schedule_kw[i, t])
            free = max(limit - surplus, 0.0) + max(position, 0.0)
            return max(wanted, -free)
        return -position

    def generate(self, house: Flows, i: int, step: int, limit: float) -> None:
        given = self.community.devices.generators
        own = list(range(given.offsets[i], given.offsets[i + 1]))
        island, before, total = self.community.is_island, house.position, 0.0
        for g in sorted(own, key=lambda g: (given.fuel_cost[g], g)):
            cost, capacity = float(given.fuel_cost[g]), float(given.capacity_kw[g])
            lacking, power = before - total, 0.0
            if cost < self.window.signals.export_price[step] and not island:
                power = max(min(capacity, lacking + limit), 0.0)
            elif cost < self.window.signals.import_price[step] or island:
                power = max(min(capacity, lacking), 0.0)
            total += power
            house.fuel_cost += power * cost * self.hours
        house.generator_kwh += total * self.hours
        house.generation = rounded(house.generation + total)


def run_naive_devices(community: Community, rules: Rules, window: Window, state: State) -> DeviceTwin:
    """All steps of a window; `community` storage is taken as `self_consumption`."""
    return NaiveHouses(community, rules, window, state).run()
