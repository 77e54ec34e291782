"""Prices of local energy: one a pool and step, the same for the pool's buyers and sellers."""

import numpy as np

from hygge_engine.markets.types import PRICELESS, Float64, PriceRule, Pricing, Rates, SharedBill


def local_prices(rule: PriceRule, rates: Rates, demand_kw: Float64, supply_kw: Float64) -> Float64:
    """Price of a local kWh in each pool and step, float64[N, T].

    demand_kw, supply_kw: float64[N, T], Σ deficit and Σ surplus of each of N pools before sharing; only
    `supply_demand_ratio` looks at them. NaN under `bill_sharing` and `upstream`, where no local kWh has a price.
    """
    shape = np.broadcast_shapes(demand_kw.shape, supply_kw.shape)
    if rule.pricing in PRICELESS:
        return np.full(shape, np.nan)
    if rule.pricing is Pricing.SUPPLY_DEMAND_RATIO:
        ratio = supply_demand_ratio(supply_kw, demand_kw)
        prices = supply_demand_price(ratio, rates.retail, rates.feed_in, rule.compensation)
    elif rule.pricing is Pricing.FIXED:
        prices = np.full(shape, rule.fixed_price)
    else:
        prices = np.tile(mid_market_price(rates.retail, rates.feed_in), (shape[0], 1))
    return bounded(prices, rule)


def mid_market_price(retail: Float64, feed_in: Float64) -> Float64:
    """(retail + feed-in) / 2: the mid-market rate of Long et al. 2017; Zhou, Wu & Long 2018, eq. A25."""
    return (retail + feed_in) / 2


def supply_demand_ratio(supply: Float64, demand: Float64) -> Float64:
    """Supply / demand of a pool, ≥ 0; infinite without demand, also where there is no supply either."""
    shape = np.broadcast_shapes(np.shape(supply), np.shape(demand))
    ratio: Float64 = np.divide(supply, demand, out=np.full(shape, np.inf), where=np.asarray(demand) > 0)
    return ratio


def supply_demand_price(
    ratio: Float64, retail: Float64, feed_in: Float64, compensation: float | Float64 = 0.0
) -> Float64:
    """Price of a local kWh at a supply/demand ratio r; arrays of one shape, or shapes that broadcast.

    With retail b, and s = feed-in + compensation: s·b / ((b − s)·r + s) for r < 1, s from there on. It falls from b at
    r = 0 to s at r = 1, where all the gain but the compensation goes to the buyers. Source: Liu et al. 2017 (IEEE
    Trans. Power Syst. 32(5)), eq. 9 and 30; with a compensation c, 0 ≤ c ≤ b − feed-in: Mello et al. 2023 (Energies
    16:1949), eq. 22. What the papers print for buyers, and with a compensation also for sellers at r > 1, is the
    average over local and upstream energy; see `blended_prices`.

    Outside 0 ≤ s ≤ b, where the authors call the rule not robust: the compensation is cut to [0, max(b − feed-in, 0)];
    on the curve a negative price counts as 0, which keeps poles away; at r = 0 the price is b, also with s = 0; and the
    price never leaves [min(b, s), max(b, s)].
    """
    lowest = feed_in + np.clip(compensation, 0.0, np.maximum(retail - feed_in, 0.0))
    low, high = np.maximum(lowest, 0.0), np.maximum(retail, 0.0)
    ratio, low, high, lowest, retail = np.broadcast_arrays(ratio, low, high, lowest, retail)
    scarce = ratio < 1.0
    slope = np.multiply(high - low, ratio, out=np.zeros(ratio.shape), where=scarce)
    # Where the denominator is 0 the ratio is 0 and so is feed-in: the price without supply, b.
    curve = np.divide(low * high, slope + low, out=high.copy(), where=slope + low > 0.0)
    curve = np.clip(curve, np.minimum(lowest, retail), np.maximum(lowest, retail))
    return np.where(scarce, curve, lowest)


def bounded(prices: Float64, rule: PriceRule) -> Float64:
    """Prices inside the run's floor and cap, where these are given."""
    if rule.price_floor is not None:
        prices = np.maximum(prices, rule.price_floor)
    if rule.price_cap is not None:
        prices = np.minimum(prices, rule.price_cap)
    return prices


def shared_bill(
    rates: Rates, import_kw: Float64, export_kw: Float64, bought_kw: Float64, sold_kw: Float64, step_hours: float
) -> SharedBill:
    """What every kWh of a billing period costs and earns under `bill_sharing`; all float64[T] of the whole grid.

    The grid's own bill is shared by energy: buy = Σ retail·import / Σ (import + bought), sell = Σ feed-in·export /
    Σ (export + sold); 0 where there is no such energy. Source: Long et al. 2017; Zhou, Wu & Long 2018, eq. A28;
    Bogensperger et al. 2021, eq. 6–7; Mello et al. 2023, eq. 8. Who sells is paid nothing for what stays in the
    community: the sell price is below feed-in.
    """
    taken, given = (import_kw + bought_kw).sum() * step_hours, (export_kw + sold_kw).sum() * step_hours
    cost, revenue = (rates.retail * import_kw).sum() * step_hours, (rates.feed_in * export_kw).sum() * step_hours
    return SharedBill(float(cost / taken) if taken > 0 else 0.0, float(revenue / given) if given > 0 else 0.0)


def blended_prices(
    price: Float64, supply: Float64, demand: Float64, retail: Float64, feed_in: Float64
) -> tuple[Float64, Float64]:
    """Average prices that buyers and sellers see over all their energy, local (at `price` p) and upstream.

    supply S, demand D: surplus and deficit of the pool, arrays or numbers of one shape, ≥ 0; V = min(S, D). Returns
    (buy, sell): (V·p + (D − V)·retail)/D and (V·p + (S − V)·feed_in)/S; without demand or supply the local price.
    Prices and bills speak of the same energies, those left after own use. Source: Liu et al. 2017, eq. 10 and 31.
    """
    supply, demand = np.asarray(supply, np.float64), np.asarray(demand, np.float64)
    shape = np.broadcast_shapes(supply.shape, demand.shape)
    local_part_of_demand = np.minimum(np.divide(supply, demand, out=np.ones(shape), where=demand > 0), 1)
    local_part_of_supply = np.minimum(np.divide(demand, supply, out=np.ones(shape), where=supply > 0), 1)
    buy = local_part_of_demand * price + (1 - local_part_of_demand) * retail
    sell = local_part_of_supply * price + (1 - local_part_of_supply) * feed_in
    return buy, sell


def blended_mid_market_prices(
    supply: Float64, demand: Float64, retail: Float64, feed_in: Float64
) -> tuple[Float64, Float64]:
    """Average prices at the mid-market rate, as published: Zhou, Wu & Long 2018 (Applied Energy 222), eq. A25–A27;
    Bogensperger et al. 2021, eq. 3–5. Returns (buy, sell).
    """
    middle = mid_market_price(np.asarray(retail, np.float64), np.asarray(feed_in, np.float64))
    return blended_prices(middle, supply, demand, retail, feed_in)


def blended_supply_demand_prices(
    supply: Float64, demand: Float64, retail: Float64, feed_in: Float64, compensation: float | Float64 = 0.0
) -> tuple[Float64, Float64]:
    """Average prices by the supply/demand ratio, as published: Liu et al. 2017, eq. 9–10; with a compensation Mello et
    al. 2023, eq. 22. Returns (buy, sell).
    """
    retail, feed_in = np.asarray(retail, np.float64), np.asarray(feed_in, np.float64)
    price = supply_demand_price(supply_demand_ratio(supply, demand), retail, feed_in, compensation)
    return blended_prices(price, supply, demand, retail, feed_in)
