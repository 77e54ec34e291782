"""At what price a house offers and bids, and when its order arrives.

To a buyer a kWh of the pool is worth v, what an imported one costs less the pool's fee; to a seller it costs c, what an
exported one earns. Nothing that is random has a memory: it depends on the seed, the step and the house's place in the
grid only, so shards, windows and tiles see the same.

Sources: zero intelligence with budget constraint (ZI-C), Gode & Sunder, Journal of Political Economy 101 (1993); the
generator splitmix64, Steele, Lea & Flood, OOPSLA 2014.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled, entry_point
from hygge_engine.kernel.options import Bidding, BidStrategy
from hygge_engine.kernel.parts import larger, smaller
from hygge_engine.kernel.types import Community, Float32, Float64

_CODES: dict[BidStrategy, int] = {strategy: code for code, strategy in enumerate(BidStrategy)}
_TRUTHFUL, _ZERO_INTELLIGENCE, _FIXED_LIMITS, _BATTERY_AWARE = range(4)

_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_ARRIVAL, _PRICE = 0, 1
_UNIT = 2.0**-53
# States of charge are told apart to a millionth, so that rounding errors do not decide between equal bids.
_SOC_PARTS = 1e6
NO_STORAGE = -1.0


class Bidders(NamedTuple):
    """How the houses of a pool bid.

    alike: whether all bids are the same, and all asks. import_price, export_price, fee: float64[N], per kWh, by step of
    the run; fee: of the pool. max_buy_price, min_sell_price: float64[H], nan: none. first_house: place of row 0 in the
    grid. floor, cap: see `Bidding`; −inf and inf: none.
    """

    strategy: int
    alike: bool
    seed: int
    floor: float
    cap: float
    import_price: Float64
    export_price: Float64
    fee: Float64
    max_buy_price: Float64
    min_sell_price: Float64
    first_house: int


def pack_bidders(
    community: Community, bidding: Bidding, import_price: Float64, export_price: Float64, fee: Float64
) -> Bidders:
    """The houses of a community in a pool with that fee; prices and fee: float64[N] by step of the run."""
    no_limits = bool(np.isnan(community.max_buy_price).all() and np.isnan(community.min_sell_price).all())
    same = bidding.strategy in (BidStrategy.TRUTHFUL, BidStrategy.FIXED_LIMITS)
    return Bidders(
        _CODES[bidding.strategy],
        no_limits and same,
        bidding.seed & 0xFFFFFFFFFFFFFFF,
        -np.inf if bidding.price_floor is None else bidding.price_floor,
        np.inf if bidding.price_cap is None else bidding.price_cap,
        import_price,
        export_price,
        fee,
        community.max_buy_price,
        community.min_sell_price,
        community.first_house,
    )


@compiled
def _mix(number: np.uint64) -> np.uint64:
    number = (number ^ (number >> np.uint64(30))) * np.uint64(_FIRST)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(_SECOND)
    return number ^ (number >> np.uint64(31))


@compiled
def _stream(bidders: Bidders, step: int, purpose: int) -> np.uint64:
    """Where the random numbers of a step of the run start."""
    place = np.uint64(bidders.seed) + np.uint64(_GOLDEN) * np.uint64(2 * step + purpose + 1)
    return _mix(place)


@compiled
def arrivals_of(bidders: Bidders, step: int) -> np.uint64:
    """The stream of arrival times in a step of the run; see `draw`."""
    return _stream(bidders, step, _ARRIVAL)


@compiled
def prices_of(bidders: Bidders, step: int) -> np.uint64:
    """The stream of random prices in a step of the run; see `draw`."""
    return _stream(bidders, step, _PRICE)


@compiled
def draw(bidders: Bidders, stream: np.uint64, row: int) -> float:
    """The random number of a house in [0, 1)."""
    place = np.uint64(bidders.first_house + row + 1)
    return np.float64(_mix(stream + np.uint64(_GOLDEN) * place) >> np.uint64(11)) * _UNIT


@compiled
def worth(bidders: Bidders, step: int) -> tuple[float, float]:
    """v and c of a step of the run."""
    return bidders.import_price[step] - bidders.fee[step], bidders.export_price[step]


@compiled
def _between(low: float, high: float, part: float) -> float:
    """low + part of the way to high, never beyond."""
    return smaller(larger(low + (high - low) * part, low), high)


@compiled
def bid_of(bidders: Bidders, row: int, value: float, cost: float, random: np.uint64, soc: float) -> float:
    """What a house bids, nan where that is below the floor; value, cost: v and c; soc: `NO_STORAGE` without storage."""
    price, limit = value, bidders.max_buy_price[row]
    if bidders.strategy == _ZERO_INTELLIGENCE and value > cost:
        price = _between(cost, value, draw(bidders, random, row))
    elif bidders.strategy == _BATTERY_AWARE and soc >= 0.0 and value > cost:
        price = _between(cost, value, 1.0 - soc)
    if bidders.strategy == _FIXED_LIMITS:
        price = price if np.isnan(limit) else limit
    else:
        price = limit if limit < price else price
    return smaller(price, bidders.cap) if price >= bidders.floor else np.nan


@compiled
def ask_of(bidders: Bidders, row: int, value: float, cost: float, random: np.uint64, soc: float) -> float:
    """What a house asks, nan where that is above the cap; arguments as of `bid_of`."""
    price, limit = cost, bidders.min_sell_price[row]
    if bidders.strategy == _ZERO_INTELLIGENCE and value > cost:
        price = _between(cost, value, draw(bidders, random, row))
    elif bidders.strategy == _BATTERY_AWARE and soc >= 0.0 and value > cost:
        price = _between(cost, value, 1.0 - soc)
    if bidders.strategy == _FIXED_LIMITS:
        price = price if np.isnan(limit) else limit
    else:
        price = limit if limit > price else price
    return larger(price, bidders.floor) if price <= bidders.cap else np.nan


@compiled
def soc_of(content_kwh: float, low_kwh: float, high_kwh: float) -> float:
    """State of charge between the bounds, to a millionth; full where the bounds are one."""
    room = np.float64(high_kwh) - np.float64(low_kwh)
    part = (np.float64(content_kwh) - np.float64(low_kwh)) / room if room > 0.0 else 1.0
    parts: float = np.floor(smaller(larger(part, 0.0), 1.0) * _SOC_PARTS + 0.5)
    return parts / _SOC_PARTS


@entry_point
def fill_soc(content: Float32, bounds: Float32, stored: Float32, soc: Float64, begin: int) -> None:
    """Fill soc, float64[H, W], from contents float32[H, T] from step `begin` on, in kWh.

    bounds: float32[2, H], least and largest content. stored: float32[H], 0 where a house has no battery.
    """
    for i in range(soc.shape[0]):
        row, low, high = content[i, begin : begin + soc.shape[1]], bounds[0, i], bounds[1, i]
        if stored[i] > 0.0:
            for t in range(row.size):
                soc[i, t] = soc_of(row[t], low, high)
        else:
            soc[i] = NO_STORAGE
