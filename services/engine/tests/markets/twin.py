"""Settlement once more, kWh by kWh and slowly, and communities to settle."""

from dataclasses import dataclass

import numpy as np

from hygge_engine.markets import MONEY_SUMS, PriceRule, Pricing, Rates, SharedBill, Trades, local_prices, settle_houses
from hygge_engine.markets import shared_bill as bill_of
from hygge_engine.markets.types import Float64

TRADES = Trades(0, 1, 2)
Money = dict[str, float]


@dataclass
class Case:
    """A settled community: flows [H, 3, T], what houses would do alone [H, T], pools and rates; one-hour steps."""

    values: Float64
    alone: Float64
    prices: Float64
    grid_price: Float64
    pool: np.ndarray
    rates: Rates

    @property
    def days(self) -> np.ndarray:
        return np.array([0, self.values.shape[2]])

    def settle(self, houses: slice = slice(None), **terms: object) -> Float64:
        """The fast way, float64[H, 9]: one day of one-hour steps."""
        return settle_houses(
            np.ascontiguousarray(self.values[houses].astype(np.float32)), TRADES,
            np.ascontiguousarray(self.alone[houses].astype(np.float32)), self.prices, self.grid_price,
            np.ascontiguousarray(self.pool[houses]), self.rates, self.days, 1.0, **terms,
        )[:, 0]  # fmt: skip


def random_case(seed: int, houses: int = 6, steps: int = 20) -> Case:
    """Anything goes, except that steps without a price have no trades."""
    random = np.random.default_rng(seed)
    # What the core hands over is float32; here too, so that the twin sees the same numbers.
    values = random.normal(0, 1, (houses, 3, steps)).astype(np.float32)
    values[:, :2] *= random.random((houses, 2, steps)) < 0.6
    values[0, 0] = 0
    prices, grid_price = random.uniform(-0.1, 0.3, (2, steps)), random.uniform(0, 0.3, steps)
    pool = np.sort(random.integers(0, 2, houses))
    prices[0, :2], grid_price[1] = np.nan, np.nan
    values[pool == 0, 0, :2], values[:, 1, 1] = 0, 0
    alone = random.normal(0, 1, (houses, steps)).astype(np.float32)
    rates = Rates(*(random.uniform(-0.05, 0.4, steps) for _ in range(9)), incentive_to_sellers=random.random())
    return Case(values.astype(float), alone.astype(float), prices, grid_price, pool, rates)


def naive(case: Case, pricing: Pricing = Pricing.MID_MARKET, bill: SharedBill | None = None) -> Float64:
    """What `Case.settle` gives."""
    houses, _, steps = case.values.shape
    return np.array([_house(case, i, range(steps), pricing, bill) for i in range(houses)])


def _house(case: Case, i: int, steps: range, pricing: Pricing, bill: SharedBill | None) -> list[float]:
    money = dict.fromkeys(MONEY_SUMS, 0.0)
    for t in steps:
        inside, between, upstream = case.values[i, :, t]
        _import(money, case.rates, t, upstream, bill)
        money["co2_kg"] += max(upstream, 0) * case.rates.co2_kg_per_kwh[t]
        for traded, price, fee in (
            (inside, case.prices[case.pool[i], t], case.rates.local_grid_fee[t]),
            (between, case.grid_price[t], case.rates.between_grid_fee[t]),
        ):
            if traded == 0:
                continue
            if pricing is Pricing.UPSTREAM:
                _import(money, case.rates, t, traded, None)
            else:
                _trade(money, traded, price, case.rates.platform_fee[t] + fee, bill)
            part = case.rates.incentive_to_sellers if traded < 0 else 1 - case.rates.incentive_to_sellers
            money["incentive_eur"] += abs(traded) * case.rates.incentive[t] * part
        alone = {"import_cost_eur": 0.0, "export_revenue_eur": 0.0, "fees_eur": 0.0}
        _import(alone, case.rates, t, case.alone[i, t], None)
        money["reference_cost_eur"] += alone["import_cost_eur"] + alone["fees_eur"] - alone["export_revenue_eur"]
    return list(money.values())


def _import(money: Money, rates: Rates, t: int, flow: float, bill: SharedBill | None) -> None:
    if flow > 0:
        money["import_cost_eur"] += flow * (bill.buy_price if bill else rates.retail[t])
        money["fees_eur"] += flow * (rates.grid_fee[t] + rates.taxes[t])
    else:
        money["export_revenue_eur"] -= flow * (bill.sell_price if bill else rates.feed_in[t])


def _trade(money: Money, flow: float, price: float, fee: float, bill: SharedBill | None) -> None:
    if flow > 0:
        money["purchase_cost_eur"] += flow * (bill.buy_price if bill else price)
        money["fees_eur"] += flow * fee
    else:
        money["sale_revenue_eur"] -= flow * (bill.sell_price if bill else price)


def shared_pro_rata(net: Float64, rates: Rates, rule: PriceRule) -> tuple[Case, SharedBill | None]:
    """Houses of one transformer with net positions float64[H, T] (+ lacks) who share pro rata; priced by the rule."""
    demand, supply = np.maximum(net, 0), np.maximum(-net, 0)
    total_demand, total_supply = demand.sum(axis=0), supply.sum(axis=0)
    volume = np.minimum(total_demand, total_supply)
    bought = demand * np.divide(volume, total_demand, out=np.zeros_like(volume), where=total_demand > 0)
    sold = supply * np.divide(volume, total_supply, out=np.zeros_like(volume), where=total_supply > 0)
    values = np.stack([bought - sold, np.zeros_like(net), (demand - bought) - (supply - sold)], axis=1)
    price = local_prices(rule, rates, total_demand[np.newaxis], total_supply[np.newaxis])
    bill = None
    if rule.pricing is Pricing.BILL_SHARING:
        flows = (total_demand - volume, total_supply - volume, volume, volume)
        bill = bill_of(rates, *flows, step_hours=1.0)
    return Case(values, net, price, price[0], np.zeros(len(net), np.int64), rates), bill


def bills(money: Float64) -> Float64:
    """Each house's bill, from float64[H, 9]."""
    at = dict(zip(MONEY_SUMS, money.T, strict=True))
    paid = at["import_cost_eur"] + at["purchase_cost_eur"] + at["fees_eur"] + at["fuel_cost_eur"]
    got = at["export_revenue_eur"] + at["sale_revenue_eur"] + at["incentive_eur"]
    result: Float64 = paid - got
    return result
