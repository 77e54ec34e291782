"""Naive auctions: one order book at a time, in plain Python."""

import math
from dataclasses import dataclass, field

from hygge_engine.kernel import Allocation, BidStrategy, ClearingPrice, Community, Rules, Window
from hygge_engine.kernel.types import Float64
from services.engine.tests.kernel.naive_allocations import Pairs, spread, truncate, whole_units

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
DUST = 1e-12


def mix(number: int) -> int:
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


def draw(seed: int, step: int, purpose: int, place: int) -> float:
    """splitmix64, twice: a stream for each step and purpose (0 arrival, 1 price), a number in it for each house."""
    stream = mix((seed + GOLDEN * (2 * step + purpose + 1)) & MASK)
    return float(mix((stream + GOLDEN * (place + 1)) & MASK) >> 11) * 2.0**-53


@dataclass(frozen=True)
class Order:
    row: int
    amount: float
    price: float
    arrival: float


@dataclass
class Cleared:
    """trades: + bought, − sold, kW by row. paid, received: price · kW by row. flows: kW by (seller, buyer)."""

    trades: list[float]
    paid: list[float]
    received: list[float]
    flows: Pairs = field(default_factory=dict)
    price: float = math.nan


class NaiveMarket:
    """The order books of a run."""

    def __init__(self, community: Community, rules: Rules, window: Window) -> None:
        self.community, self.rules, self.bidding, self.window = community, rules, rules.bidding, window
        self.minimum_kw = rules.minimum_kw(window.step_hours)
        self.unit_kw = rules.unit_kw(window.step_hours)
        self.floor = -math.inf if self.bidding.price_floor is None else self.bidding.price_floor
        self.cap = math.inf if self.bidding.price_cap is None else self.bidding.price_cap

    def worth(self, step: int, fee: Float64) -> tuple[float, float]:
        signals = self.window.signals
        return float(signals.import_price[step]) - float(fee[step]), float(signals.export_price[step])

    def reservation(self, house: int, step: int, is_bid: bool, fee: Float64, soc: float | None) -> float:
        """What the strategy says, without limits."""
        value, cost = self.worth(step, fee)
        strategy = self.bidding.strategy
        if value > cost and strategy is BidStrategy.ZERO_INTELLIGENCE:
            part = draw(self.bidding.seed, step, 1, self.community.first_house + house)
        elif value > cost and strategy is BidStrategy.BATTERY_AWARE and soc is not None:
            part = 1.0 - soc
        else:
            return value if is_bid else cost
        return min(max(cost + (value - cost) * part, cost), value)

    def price(self, house: int, step: int, is_bid: bool, fee: Float64, soc: float | None) -> float | None:
        """None: the order may not trade."""
        price = self.reservation(house, step, is_bid, fee, soc)
        limits = self.community.max_buy_price if is_bid else self.community.min_sell_price
        limit = float(limits[house])
        if not math.isnan(limit):
            if self.bidding.strategy is BidStrategy.FIXED_LIMITS:
                price = limit
            else:
                price = min(price, limit) if is_bid else max(price, limit)
        if is_bid:
            return min(price, self.cap) if price >= self.floor else None
        return max(price, self.floor) if price <= self.cap else None

    def clear(
        self, houses: list[int], positions: list[float], step: int, fee: Float64, socs: list[float | None]
    ) -> Cleared:
        """One book; everything by row, the place in `houses`."""
        bids, asks = [], []
        for row, (house, position) in enumerate(zip(houses, positions, strict=True)):
            price = self.price(house, step, position > 0, fee, socs[row])
            if abs(position) < 1e-9 or price is None:
                continue
            arrival = draw(self.bidding.seed, step, 0, self.community.first_house + house)
            (bids if position > 0 else asks).append(Order(row, abs(position), price, arrival))
        if self.rules.allocation is Allocation.PRICE_TIME:
            return self.price_time(bids, asks, len(houses))
        return self.uniform_price(bids, asks, len(houses))

    def price_time(self, bids: list[Order], asks: list[Order], count: int) -> Cleared:
        bids = sorted(bids, key=lambda order: (-order.price, order.arrival))
        asks = sorted(asks, key=lambda order: (order.price, order.arrival))
        left = {(side, order.row): order.amount for side, orders in ((0, bids), (1, asks)) for order in orders}
        cleared = Cleared([0.0] * count, [0.0] * count, [0.0] * count)
        volume = 0.0
        while bids and asks and bids[0].price >= asks[0].price:
            bid, ask = bids[0], asks[0]
            wanted, offered = left[0, bid.row], left[1, ask.row]
            power = min(wanted, offered)
            if power > 0 and power >= self.minimum_kw:
                left[0, bid.row] -= power
                left[1, ask.row] -= power
                power = whole_units(power, self.unit_kw) if self.unit_kw > 0 else power
                price = min(max(self.bidding.k * bid.price + (1 - self.bidding.k) * ask.price, ask.price), bid.price)
                self.note(cleared, ask.row, bid.row, power, price)
                volume += power
            if wanted <= offered or left[0, bid.row] <= DUST * bid.amount:
                bids.pop(0)
            if offered <= wanted or left[1, ask.row] <= DUST * ask.amount:
                asks.pop(0)
        if volume > 0:
            cleared.price = sum(cleared.paid) / volume
        return cleared

    def note(self, cleared: Cleared, seller: int, buyer: int, power: float, price: float) -> None:
        cleared.trades[seller] -= power
        cleared.trades[buyer] += power
        cleared.received[seller] += power * price
        cleared.paid[buyer] += power * price
        cleared.flows[seller, buyer] = cleared.flows.get((seller, buyer), 0.0) + power

    def uniform_price(self, bids: list[Order], asks: list[Order], count: int) -> Cleared:
        bids = [order for order in bids if order.amount >= self.minimum_kw]
        asks = [order for order in asks if order.amount >= self.minimum_kw]
        volume = largest_volume(bids, asks)
        cleared = Cleared([0.0] * count, [0.0] * count, [0.0] * count)
        if volume <= 0:
            return cleared
        bought = by_levels(sorted(bids, key=lambda order: -order.price), volume)
        sold = by_levels(sorted(asks, key=lambda order: order.price), volume)
        for row, power in bought.items():
            cleared.trades[row] += power
        for row, power in sold.items():
            cleared.trades[row] -= power
        cleared.price = self.chosen(bids, asks, bought, sold)
        if self.unit_kw > 0:
            cleared.trades = truncate(cleared.trades, self.unit_kw)
        if not any(cleared.trades):
            cleared.price = math.nan
        trades = cleared.trades
        cleared.flows = spread([max(-t, 0.0) for t in trades], [max(t, 0.0) for t in trades])
        return cleared

    def chosen(self, bids: list[Order], asks: list[Order], bought: dict[int, float], sold: dict[int, float]) -> float:
        last_bid = min(order.price for order in bids if bought[order.row] > 0)
        last_ask = max(order.price for order in asks if sold[order.row] > 0)
        open_bids = [order.price for order in bids if bought[order.row] < order.amount * (1 - DUST)]
        open_asks = [order.price for order in asks if sold[order.row] < order.amount * (1 - DUST)]
        low, high = max([last_ask, *open_bids]), min([last_bid, *open_asks])
        k = self.bidding.k
        return {
            ClearingPrice.MID: min(max(k * high + (1 - k) * low, low), high),
            ClearingPrice.LOWEST: low,
            ClearingPrice.HIGHEST: high,
            ClearingPrice.LAST_ACCEPTED_ASK: last_ask,
            ClearingPrice.LAST_ACCEPTED_BID: last_bid,
        }[self.bidding.clearing_price]


def largest_volume(bids: list[Order], asks: list[Order]) -> float:
    """The best of all prices: what is wanted and offered at it."""
    prices = {order.price for order in [*bids, *asks]}
    volumes = [
        min(
            math.fsum(order.amount for order in bids if order.price >= price),
            math.fsum(order.amount for order in asks if order.price <= price),
        )
        for price in prices
    ]
    return max(volumes, default=0.0)


def by_levels(orders: list[Order], volume: float) -> dict[int, float]:
    """Fill orders price by price, those of one price pro rata; orders come sorted."""
    filled = {order.row: 0.0 for order in orders}
    left = volume
    for price in dict.fromkeys(order.price for order in orders):
        level = [order for order in orders if order.price == price]
        wanted = math.fsum(order.amount for order in level)
        part = 1.0 if left >= wanted * (1 - DUST) else left / wanted
        if part <= DUST:
            break
        for order in level:
            filled[order.row] = order.amount * part
        left = max(left - wanted * part, 0.0)
    return filled
