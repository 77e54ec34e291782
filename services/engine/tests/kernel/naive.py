"""The naive twin of the core: one house, one step, one number at a time; slow and obvious, in plain Python."""

from dataclasses import dataclass, field

import numpy as np

from hygge_engine.kernel import Allocation, Community, Rules, State, StorageStrategy, Window
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


@dataclass
class Twin:
    """steps[t][i] is house i; flows are kWh by (seller, buyer)."""

    steps: list[list[House]] = field(default_factory=list)
    house_flows: dict[tuple[int, int], float] = field(default_factory=dict)
    transformer_flows: dict[tuple[int, int], float] = field(default_factory=dict)
    energies: list[float] = field(default_factory=list)
    reference_energies: list[float] = field(default_factory=list)


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


# --- allocations: lists of deficits and surpluses in, amounts bought and sold out ---


def pro_rata(amounts: list[float], volume: float) -> list[float]:
    total = sum(amounts)
    return [amount * volume / total if total > 0 else 0.0 for amount in amounts]


def water_filling(amounts: list[float], volume: float) -> list[float]:
    """Share the rest equally among those still short, again and again."""
    got = [0.0] * len(amounts)
    rest = min(volume, sum(amounts))
    while rest > 1e-13:
        short = [i for i, amount in enumerate(amounts) if got[i] < amount - 1e-15]
        if not short:
            break
        share = min([rest / len(short), *(amounts[i] - got[i] for i in short)])
        for i in short:
            got[i] += share
            rest -= share
    return got


def by_rank(deficits: list[float], ranks: list[int], volume: float) -> list[float]:
    got = [0.0] * len(deficits)
    for rank in sorted(set(ranks)):
        members = [i for i, r in enumerate(ranks) if r == rank]
        wanted = sum(deficits[i] for i in members)
        served = min(wanted, volume)
        for i in members:
            got[i] = deficits[i] * served / wanted if wanted > 0 else 0.0
        volume -= served
    return got


def pairs_by_size(deficits: list[float], surpluses: list[float], minimum: float) -> list[tuple[int, int, float]]:
    """Greedy pairs (seller, buyer, volume)."""
    sellers = sorted((i for i, s in enumerate(surpluses) if s > 0), key=lambda i: (-surpluses[i], i))
    buyers = sorted((i for i, d in enumerate(deficits) if d > 0), key=lambda i: (-deficits[i], i))
    offered, wanted = dict(enumerate(surpluses)), dict(enumerate(deficits))
    pairs = []
    while sellers and buyers:
        s, b = sellers[0], buyers[0]
        volume = min(offered[s], wanted[b])
        seller_done, buyer_done = offered[s] <= wanted[b], wanted[b] <= offered[s]
        if volume >= minimum:
            pairs.append((s, b, volume))
            offered[s] -= volume
            wanted[b] -= volume
        if seller_done:
            sellers.pop(0)
        if buyer_done:
            buyers.pop(0)
    return pairs


def share(
    allocation: Allocation,
    positions: list[float],
    ranks: list[int],
    keys: list[float],
    minimum_kw: float,
) -> tuple[list[float], dict[tuple[int, int], float]]:
    """Signed trades (+ bought, − sold) and kW by (seller, buyer)."""
    deficits = [max(p, 0.0) for p in positions]
    surpluses = [max(-p, 0.0) for p in positions]
    volume = min(sum(deficits), sum(surpluses))
    count = len(positions)
    if allocation is Allocation.GREEDY:
        trades, flows = [0.0] * count, dict[tuple[int, int], float]()
        for s, b, power in pairs_by_size(deficits, surpluses, minimum_kw):
            trades[s] -= power
            trades[b] += power
            flows[s, b] = flows.get((s, b), 0.0) + power
        return trades, flows
    sold: list[float] | None = None
    if allocation is Allocation.NONE:
        bought = [0.0] * count
    elif allocation is Allocation.PROPORTIONAL:
        bought = pro_rata(deficits, volume)
    elif allocation is Allocation.EQUAL:
        bought, sold = water_filling(deficits, volume), water_filling(surpluses, volume)
    elif allocation is Allocation.PRIORITY:
        bought = by_rank(deficits, ranks, volume)
    else:
        bought = [min(d, k * sum(surpluses)) for d, k in zip(deficits, keys, strict=True)]
        if allocation is Allocation.HYBRID_KEY:
            short = [d - b for d, b in zip(deficits, bought, strict=True)]
            rest = min(sum(short), max(sum(surpluses) - sum(bought), 0.0))
            bought = [b + more for b, more in zip(bought, pro_rata(short, rest), strict=True)]
    sold = pro_rata(surpluses, sum(bought)) if sold is None else sold
    return [b - s for b, s in zip(bought, sold, strict=True)], spread(sold, bought)


def spread(sold: list[float], bought: list[float]) -> dict[tuple[int, int], float]:
    """Pro rata flows: seller's share of the volume times what the buyer gets."""
    volume = sum(sold)
    return {
        (s, b): sold[s] / volume * bought[b]
        for s in range(len(sold))
        for b in range(len(bought))
        if sold[s] > 0 and bought[b] > 0
    }


# --- one step of the tree ---


class NaiveGrid:
    """Runs a community step by step."""

    def __init__(self, community: Community, rules: Rules, hours: float) -> None:
        self.community, self.rules, self.hours = community, rules, hours
        self.members = [
            list(range(community.transformer_offsets[k], community.transformer_offsets[k + 1]))
            for k in range(community.transformers)
        ]
        self.ranks = [int(rank) for rank in community.rank]
        self.keys = [float(key) for key in community.sharing_key]
        self.minimum_kw = rules.minimum_kw(hours)

    def step(self, houses: list[House], batteries: list[Battery], reference: list[Battery], twin: Twin) -> None:
        for i, house in enumerate(houses):
            house.position = house.load - house.generation
            alone = House(house.load, house.generation, position=house.position)
            if self.rules.storage_strategy is not StorageStrategy.NONE:
                own_storage(alone, [b for b in reference if b.house == i], self.hours)
                own_storage(house, [b for b in batteries if b.house == i], self.hours)
            house.alone = alone.position
        for k, members in enumerate(self.members):
            self.share_locally(members, houses, twin)
            if self.rules.storage_strategy is StorageStrategy.COMMUNITY:
                self.exchange(members, houses, batteries, twin, charging=True)
                self.exchange(members, houses, batteries, twin, charging=False)
            self.meet_inside(members, houses)
            capacity = float(self.community.transformer_capacity_kw[k])
            self.limit(members, houses, capacity, capacity)
        everyone = [i for members in self.members for i in members]
        if len(self.members) > 1:
            self.share_between(houses, twin)
            self.meet_inside(everyone, houses)
        self.limit(everyone, houses, self.community.import_limit_kw, self.community.export_limit_kw)
        for house in houses:
            house.grid += house.position
            house.position = 0.0
        for i, house in enumerate(houses):
            if self.rules.storage_strategy is not StorageStrategy.NONE:
                house.energy = sum(b.energy for b in batteries if b.house == i)

    def share_locally(self, members: list[int], houses: list[House], twin: Twin) -> None:
        positions = [houses[i].position for i in members]
        trades, flows = share(
            self.rules.allocation,
            positions,
            [self.ranks[i] for i in members],
            [self.keys[i] for i in members],
            self.minimum_kw,
        )
        for i, trade in zip(members, trades, strict=True):
            houses[i].local += trade
            houses[i].position = without_dust(houses[i].position - trade)
        for (s, b), power in flows.items():
            add(twin.house_flows, (members[s], members[b]), power * self.hours)

    def exchange(
        self, members: list[int], houses: list[House], batteries: list[Battery], twin: Twin, charging: bool
    ) -> None:
        sign = 1.0 if charging else -1.0
        left = {i: -sign * houses[i].position for i in members if -sign * houses[i].position > 0}
        offers: list[tuple[Battery, float]] = []
        for i in members:
            house = houses[i]
            if i in left:
                continue
            free = inverter_limit(self.community, i) - max(-(house.load + house.storage - house.generation), 0.0)
            for battery in (b for b in batteries if b.house == i):
                if charging:
                    room = (battery.highest - battery.kept) / battery.charge_efficiency / self.hours
                    offer = min(battery.max_charge, room) - battery.power
                elif battery.power > battery.own:
                    offer = 0.0
                else:
                    stock = (battery.kept - battery.lowest) * battery.discharge_efficiency / self.hours
                    offer = min(min(battery.max_discharge, stock) + battery.power, free)
                offer = max(offer, 0.0)
                free -= offer
                offers.append((battery, offer))
        offered, leftover = sum(offer for _, offer in offers), sum(left.values())
        volume = min(offered, leftover)
        if volume <= 0:
            return
        for battery, offer in offers:
            power = sign * offer * volume / offered
            house = houses[battery.house]
            house.loss_kwh += move_more(battery, power, self.hours)
            house.storage += power
            house.local += power
            for i, amount in left.items():
                pair = (i, battery.house) if charging else (battery.house, i)
                add(twin.house_flows, pair, abs(power) * amount / leftover * self.hours)
        for i, amount in left.items():
            traded = sign * amount * volume / leftover
            houses[i].local -= traded
            houses[i].position = without_dust(houses[i].position + traded)

    def meet_inside(self, members: list[int], houses: list[House]) -> None:
        deficit = sum(max(houses[i].position, 0.0) for i in members)
        surplus = sum(max(-houses[i].position, 0.0) for i in members)
        met = min(deficit, surplus)
        if met <= 0:
            return
        for i in members:
            position = houses[i].position
            part = position * met / (deficit if position > 0 else surplus)
            houses[i].position -= part
            if not self.community.is_island:
                houses[i].grid += part
            else:
                self.lose(houses[i], part)

    def lose(self, house: House, part: float) -> None:
        if part > 0:
            house.unserved += part
        else:
            house.curtailed -= part

    def limit(self, members: list[int], houses: list[House], import_limit: float, export_limit: float) -> None:
        excess = sum(max(houses[i].position, 0.0) for i in members) - import_limit
        for rank in sorted(set(self.ranks), reverse=True):
            group = [i for i in members if self.ranks[i] == rank and houses[i].position > 0]
            wanted = sum(houses[i].position for i in group)
            shed = min(max(excess, 0.0), wanted)
            for i in group:
                part = houses[i].position * shed / wanted
                houses[i].position -= part
                houses[i].unserved += part
            excess -= shed
        surplus = sum(max(-houses[i].position, 0.0) for i in members)
        if surplus > export_limit:
            for i in members:
                part = min(houses[i].position, 0.0) * (surplus - export_limit) / surplus
                houses[i].position -= part
                houses[i].curtailed -= part

    def share_between(self, houses: list[House], twin: Twin) -> None:
        """The participants are transformers; under `priority` each of their ranks."""
        if self.rules.allocation is Allocation.PRIORITY:
            groups = [
                (k, [i for i in members if self.ranks[i] == rank and houses[i].position > 0], rank)
                for k, members in enumerate(self.members)
                for rank in range(self.community.ranks)
            ]
            groups += [(k, [i for i in members if houses[i].position < 0], 0) for k, members in enumerate(self.members)]
        else:
            groups = [(k, members, 0) for k, members in enumerate(self.members)]
        total_key = sum(self.keys)
        positions = [sum(houses[i].position for i in members) for _, members, _ in groups]
        keys = [sum(self.keys[i] for i in members) / total_key if total_key > 0 else 0.0 for _, members, _ in groups]
        trades, flows = share(self.rules.allocation, positions, [rank for _, _, rank in groups], keys, self.minimum_kw)
        for (_, members, _), position, trade in zip(groups, positions, trades, strict=True):
            for i in members:
                part = houses[i].position * trade / position if position != 0 else 0.0
                houses[i].between += part
                houses[i].position -= part
        for (s, b), power in flows.items():
            add(twin.transformer_flows, (groups[s][0], groups[b][0]), power * self.hours)


def add(table: dict[tuple[int, int], float], key: tuple[int, int], amount: float) -> None:
    table[key] = table.get(key, 0.0) + amount


def run_naive(community: Community, rules: Rules, window: Window, state: State) -> Twin:
    """All steps of a window."""
    grid = NaiveGrid(community, rules, window.step_hours)
    batteries = batteries_of(community, state.energy_kwh)
    reference = batteries_of(community, state.reference_energy_kwh)
    twin = Twin()
    for t in range(window.steps):
        houses = [
            House(float(window.load_kw[i, t]), min(float(window.generation_kw[i, t]), inverter_limit(community, i)))
            for i in range(community.houses)
        ]
        grid.step(houses, batteries, reference, twin)
        twin.steps.append(houses)
    twin.energies = [b.energy for b in batteries]
    twin.reference_energies = [b.energy for b in reference]
    return twin
