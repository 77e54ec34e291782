"""The naive twin of the core: one house, one step, one number at a time; slow and obvious, in plain Python."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from hygge_engine.kernel import AUCTIONS, Allocation, Community, LeftOver, Rules, State, StorageStrategy, Window
from hygge_engine.kernel.types import Float64
from services.engine.tests.kernel.naive_allocations import Terms, share
from services.engine.tests.kernel.naive_auctions import Cleared, NaiveMarket
from services.engine.tests.kernel.naive_houses import (
    Battery,
    House,
    batteries_of,
    inverter_limit,
    move_more,
    own_storage,
    without_dust,
)


@dataclass
class Twin:
    """steps[t][i] is house i; flows are kWh by (seller, buyer). Of auctions: payments by house, day and column of
    `Outcome.payments`; prices by transformer and step, and of the grid by step. demand_kw: Σ over steps by transformer.
    """

    steps: list[list[House]] = field(default_factory=list)
    house_flows: dict[tuple[int, int], float] = field(default_factory=dict)
    transformer_flows: dict[tuple[int, int], float] = field(default_factory=dict)
    demand_kw: dict[int, float] = field(default_factory=dict)
    payments: dict[tuple[int, int, int], float] = field(default_factory=dict)
    prices: dict[tuple[int, int], float] = field(default_factory=dict)
    grid_prices: list[float] = field(default_factory=list)
    energies: list[float] = field(default_factory=list)
    reference_energies: list[float] = field(default_factory=list)


# --- one step of the tree ---


class NaiveGrid:
    """Runs a community step by step."""

    def __init__(self, community: Community, rules: Rules, window: Window) -> None:
        self.community, self.rules, self.window, self.hours = community, rules, window, window.step_hours
        self.market, self.auctions = NaiveMarket(community, rules, window), rules.allocation in AUCTIONS
        self.now = self.absolute = 0
        self.members = [
            list(range(community.transformer_offsets[k], community.transformer_offsets[k + 1]))
            for k in range(community.transformers)
        ]
        self.ranks = [int(rank) for rank in community.rank]
        self.keys = [float(key) for key in community.sharing_key]

    def step(
        self, houses: list[House], batteries: list[Battery], reference: list[Battery], twin: Twin, now: int
    ) -> None:
        """now: the step's place in the window."""
        self.now, self.absolute = now, self.window.first_step + now
        for i, house in enumerate(houses):
            house.position = house.load - house.generation
            alone = House(house.load, house.generation, position=house.position)
            if self.rules.storage_strategy is not StorageStrategy.NONE:
                own_storage(alone, [b for b in reference if b.house == i], self.hours)
                own_storage(house, [b for b in batteries if b.house == i], self.hours)
            house.alone = alone.position
            house.soc = self.soc_of(i, [b.energy for b in batteries if b.house == i])
        for k, members in enumerate(self.members):
            for i in members:
                twin.demand_kw[k] = twin.demand_kw.get(k, 0.0) + max(houses[i].position, 0.0)
            self.share_locally(k, members, houses, twin)
            if self.rules.storage_strategy is StorageStrategy.COMMUNITY:
                before = [houses[i].local for i in members]
                self.exchange(members, houses, batteries, twin, charging=True)
                self.exchange(members, houses, batteries, twin, charging=False)
                self.pay_exchange(k, members, houses, before, twin)
            capacity = float(self.community.transformer_capacity_kw[k])
            if self.auctions and len(self.members) > 1:
                self.limit_net(members, houses, capacity)
            else:
                self.meet_inside(members, houses)
                self.limit(members, houses, capacity, capacity)
        everyone = [i for members in self.members for i in members]
        if len(self.members) > 1:
            if self.auctions:
                self.trade_between(everyone, houses, twin)
            else:
                self.share_between(houses, twin)
            self.meet_inside(everyone, houses)
        self.limit(everyone, houses, self.community.import_limit_kw, self.community.export_limit_kw)
        for house in houses:
            house.grid += house.position
            house.position = 0.0
        for i, house in enumerate(houses):
            if self.rules.storage_strategy is not StorageStrategy.NONE:
                house.energy = sum(b.energy for b in batteries if b.house == i)

    def terms(self, ranks: list[int], keys: list[float]) -> Terms:
        rules, hours = self.rules, self.hours
        return Terms(rules.allocation, ranks, keys, rules.minimum_kw(hours), rules.unit_kw(hours))

    def soc_of(self, house: int, energies: list[float]) -> float | None:
        """State of charge to a millionth, of houses with a battery that is used."""
        if not energies or self.rules.storage_strategy is StorageStrategy.NONE:
            return None
        given, first = self.community.batteries, int(self.community.batteries.offsets[house])
        own = slice(first, first + len(energies))
        low = float(np.float32((given.min_soc * given.capacity_kwh)[own].sum()))
        high = float(np.float32((given.max_soc * given.capacity_kwh)[own].sum()))
        part = (float(np.float32(sum(energies))) - low) / (high - low) if high > low else 1.0
        return math.floor(min(max(part, 0.0), 1.0) * 1e6 + 0.5) / 1e6

    def day(self) -> int:
        return int(np.searchsorted(self.window.day_offsets, self.now, side="right")) - 1

    def pay(self, twin: Twin, house: int, column: int, money: float) -> None:
        key = (house, self.day(), column)
        twin.payments[key] = twin.payments.get(key, 0.0) + money * self.hours

    def trade(self, members: list[int], houses: list[House], twin: Twin, fee: Float64, column: int) -> Cleared:
        """An auction among these houses; money is noted from `column` on, positions are left to the caller."""
        positions = [houses[i].position for i in members]
        socs = [houses[i].soc for i in members]
        cleared = self.market.clear(members, positions, self.absolute, fee, socs)
        for i, paid, received in zip(members, cleared.paid, cleared.received, strict=True):
            self.pay(twin, i, column, paid)
            self.pay(twin, i, column + 1, received)
        return cleared

    def auction_locally(self, k: int, members: list[int], houses: list[House], twin: Twin) -> None:
        cleared = self.trade(members, houses, twin, self.window.signals.local_fee, 0)
        twin.prices[k, self.now] = cleared.price
        for i, trade in zip(members, cleared.trades, strict=True):
            houses[i].local += trade
            houses[i].position = without_dust(houses[i].position - trade)
        for (s, b), power in cleared.flows.items():
            add(twin.house_flows, (members[s], members[b]), power * self.hours)

    def pay_exchange(self, k: int, members: list[int], houses: list[House], before: list[float], twin: Twin) -> None:
        """Under an auction, what batteries exchange has its price, or the middle of what it is worth."""
        moved = [houses[i].local - local for i, local in zip(members, before, strict=True)]
        if not self.auctions or not any(abs(power) > 1e-12 for power in moved):
            return
        if math.isnan(twin.prices[k, self.now]):
            value, cost = self.market.worth(self.absolute, self.window.signals.local_fee)
            k_price = self.rules.bidding.k * value + (1 - self.rules.bidding.k) * cost
            twin.prices[k, self.now] = max(min(k_price, self.market.cap), self.market.floor)
        if self.rules.allocation is Allocation.PRICE_TIME:
            for i, power in zip(members, moved, strict=True):
                self.pay(twin, i, 0 if power > 0 else 1, abs(power) * twin.prices[k, self.now])

    def limit_net(self, members: list[int], houses: list[House], capacity: float) -> None:
        """Keep a transformer's net flow; where the grid has limits, keep both of its sides."""
        deficit = sum(max(houses[i].position, 0.0) for i in members)
        surplus = sum(max(-houses[i].position, 0.0) for i in members)
        self.limit(members, houses, capacity + surplus, capacity + deficit)
        deficit = sum(max(houses[i].position, 0.0) for i in members)
        surplus = sum(max(-houses[i].position, 0.0) for i in members)
        limits = (self.community.import_limit_kw, self.community.export_limit_kw)
        if min(limits) < math.inf and max(deficit, surplus) > capacity:
            self.meet(members, houses, min(max(deficit, surplus) - capacity, deficit, surplus))

    def trade_between(self, everyone: list[int], houses: list[House], twin: Twin) -> None:
        """One book of all houses; what is open then meets inside transformers."""
        cleared = self.trade(everyone, houses, twin, self.window.signals.between_fee, 2)
        twin.grid_prices.append(cleared.price)
        for i, trade in zip(everyone, cleared.trades, strict=True):
            houses[i].between += trade
            houses[i].position = without_dust(houses[i].position - trade)
        place = {i: k for k, members in enumerate(self.members) for i in members}
        for (s, b), power in cleared.flows.items():
            add(twin.transformer_flows, (place[everyone[s]], place[everyone[b]]), power * self.hours)
        for members in self.members:
            self.meet_inside(members, houses)

    def share_locally(self, k: int, members: list[int], houses: list[House], twin: Twin) -> None:
        if self.auctions:
            self.auction_locally(k, members, houses, twin)
            return
        positions = [houses[i].position for i in members]
        terms = self.terms([self.ranks[i] for i in members], [self.keys[i] for i in members])
        trades, flows = share(replace(terms, participant=self.rules.left_over is LeftOver.PARTICIPANT), positions)
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
        self.meet(members, houses, min(deficit, surplus))

    def meet(self, members: list[int], houses: list[House], met: float) -> None:
        """Let so much of deficits and surpluses meet, pro rata."""
        deficit = sum(max(houses[i].position, 0.0) for i in members)
        surplus = sum(max(-houses[i].position, 0.0) for i in members)
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
        trades, flows = share(self.terms([rank for _, _, rank in groups], keys), positions)
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
    grid = NaiveGrid(community, rules, window)
    batteries = batteries_of(community, state.battery_kwh)
    reference = batteries_of(community, state.reference_kwh)
    twin = Twin()
    for t in range(window.steps):
        houses = [
            House(float(window.load_kw[i, t]), min(float(window.generation_kw[i, t]), inverter_limit(community, i)))
            for i in range(community.houses)
        ]
        grid.step(houses, batteries, reference, twin, t)
        twin.steps.append(houses)
    twin.energies = [b.energy for b in batteries]
    twin.reference_energies = [b.energy for b in reference]
    return twin
