"""Who gets how much of a pool's surplus: the volume allocations, one function each.

A pool is a range of rows of `position` (kW; > 0 deficit d, < 0 surplus s): houses inside a transformer, or
transformers inside a grid. With S = Σs and D = Σd of a step, V = min(S, D). Every function writes to `residual` what
of each position is left; what was bought or sold is `position − residual`. Columns are steps, and independent of each
other.

Arguments of all: position, residual float64[N, W]; the pool's rows `first` to `last − 1`; work, scratch
float64[2·ranks + 5, W]. Where needed: rank int64[N]; key float64[N].

Sources: the 'dynamic key' of French collective self-consumption (Code de l'énergie D315-6) for `proportional`; § 42b
(5) EnWG and the Austrian static share for `static_key`; max-min fair water-filling (Bertsekas & Gallager, Data
Networks, 6.5.2) for `equal`.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.greedy import match_step
from hygge_engine.kernel.options import Allocation
from hygge_engine.kernel.parts import larger, part_of, smaller, truncated
from hygge_engine.kernel.types import Float64, Int64

CODES: dict[Allocation, int] = {allocation: code for code, allocation in enumerate(Allocation)}
NONE, PROPORTIONAL, EQUAL, PRIORITY, STATIC_KEY, HYBRID_KEY, GREEDY, PRICE_TIME, UNIFORM_PRICE = range(9)


class Pools(NamedTuple):
    """The pools of a stage, for the compiled code: pool k has the rows `offsets[k]:offsets[k+1]` of arrays [N, W].

    rank: int64[N]; ranks: how many there are. key: float64[N]. participant: whether a static key's holder gets all its
    key gives. minimum_kw: the smallest pair that `greedy` trades. unit_kw: what a buyer gets is truncated to whole
    units; 0: not at all. flows: the pairs' kW summed over steps, float64[n, n] by (seller, buyer) for each pool's n
    rows (in the grid's auction: its n transformers), one after the other in a flat array; pool k has
    `flow_offsets[k]:flow_offsets[k+1]`, which is empty where pairs are not kept.
    """

    code: int
    offsets: Int64
    rank: Int64
    ranks: int
    key: Float64
    participant: bool
    minimum_kw: float
    unit_kw: float
    flows: Float64
    flow_offsets: Int64


class Books(NamedTuple):
    """What is noted of every pool, float64[K, T] in kW: Σ deficit and Σ surplus before sharing, and what is bought."""

    demand: Float64
    supply: Float64
    bought: Float64


@compiled
def flows_of(pools: Pools, k: int) -> Float64:
    """The pairs of pool k as float64[n, n], or float64[0, 0] where they are not kept."""
    part = pools.flows[pools.flow_offsets[k] : pools.flow_offsets[k + 1]]
    size = np.int64(np.sqrt(np.float64(part.size)) + 0.5)
    return part.reshape((size, size))


@compiled
def allocate(pools: Pools, k: int, position: Float64, residual: Float64, work: Float64) -> None:
    """Apply the allocation `pools.code` (see `CODES`) to pool k."""
    code, first, last, rank = pools.code, pools.offsets[k], pools.offsets[k + 1], pools.rank
    if code in (NONE, PROPORTIONAL, PRIORITY):
        by_units(code, position, residual, first, last, rank, work)
    elif code == EQUAL:
        equal(position, residual, first, last, work)
    elif code == GREEDY:
        flows = flows_of(pools, k)
        for column in range(position.shape[1]):
            match_step(position, residual, first, last, column, pools.minimum_kw, pools.unit_kw, flows)
        return
    elif pools.participant and code == STATIC_KEY:
        participant_key(position, residual, first, last, pools.key, work)
    else:
        static_key(position, residual, first, last, pools.key, work)
        if code == HYBRID_KEY:
            by_units(PROPORTIONAL, residual, residual, first, last, rank, work)
    if pools.unit_kw > 0.0:
        truncate(position, residual, first, last, pools.unit_kw, work)


@compiled
def add_units(source: Float64, first: int, last: int, rank: Int64, units: Float64) -> None:
    """Add positions to units, float64[R+1, W] in kW: deficits by rank, surplus at index R."""
    surplus = units.shape[0] - 1
    for i in range(first, last):
        r = rank[i]
        for t in range(units.shape[1]):
            units[r, t] += larger(source[i, t], 0.0)
            units[surplus, t] += larger(-source[i, t], 0.0)


@compiled
def unit_parts(code: int, units: Float64, parts: Float64) -> None:
    """Parts of the units that are served, float64[R+1, W], under allocations that treat a unit's houses alike.

    none: nothing. proportional: buyer i gets d_i·V/D. priority: rank by rank, pro rata inside a rank. Seller j gives
    s_j·V/S. The short side's part is exactly 1.
    """
    parts[:] = 0.0
    if code == NONE:
        return
    ranks = units.shape[0] - 1
    for t in range(units.shape[1]):
        demand = 0.0
        for r in range(ranks):
            demand += units[r, t]
        volume = smaller(demand, units[ranks, t])
        parts[ranks, t] = part_of(volume, units[ranks, t])
        for r in range(ranks):
            if code == PROPORTIONAL:
                parts[r, t] = part_of(volume, demand)
            else:
                served = smaller(units[r, t], volume)
                parts[r, t] = part_of(served, units[r, t])
                volume -= served


@compiled
def add_bought(position: Float64, residual: Float64, first: int, last: int, bought: Float64) -> None:
    """What a pool's rows bought in every step, float64[W] in kW, written."""
    bought[:] = 0.0
    for i in range(first, last):
        for t in range(bought.size):
            bought[t] += larger(position[i, t] - residual[i, t], 0.0)


@compiled
def left_of(position: float, bought_part: float, sold_part: float) -> float:
    """What is left of a deficit or surplus when these parts are served."""
    return position - position * (bought_part if position > 0.0 else sold_part)


@compiled
def by_units(code: int, source: Float64, target: Float64, first: int, last: int, rank: Int64, work: Float64) -> None:
    """Serve every row the part of its unit. `source` and `target` may be the same array."""
    ranks = (work.shape[0] - 5) // 2
    units, parts = work[: ranks + 1], work[ranks + 1 : 2 * ranks + 2]
    units[:] = 0.0
    add_units(source, first, last, rank, units)
    unit_parts(code, units, parts)
    for i in range(first, last):
        r = rank[i]
        for t in range(source.shape[1]):
            target[i, t] = left_of(source[i, t], parts[r, t], parts[ranks, t])


@compiled
def truncate(position: Float64, residual: Float64, first: int, last: int, unit_kw: float, work: Float64) -> None:
    """Let every buyer keep whole units of what it got, and give what sellers sold beyond that back to them pro rata.

    Source: allocations with six decimals of a kWh, truncated toward zero (BDEW guide to § 42b EnWG, 2024).
    """
    kept, given = work[0], work[1]
    kept[:] = 0.0
    given[:] = 0.0
    for i in range(first, last):
        for t in range(kept.size):
            bought = position[i, t] - residual[i, t]
            if bought > 0.0:
                whole = truncated(bought, unit_kw)
                residual[i, t] = position[i, t] - whole if whole < bought else residual[i, t]
                kept[t] += whole
                given[t] += bought
    for t in range(kept.size):
        kept[t] = part_of(kept[t], given[t])
    for i in range(first, last):
        for t in range(kept.size):
            sold = residual[i, t] - position[i, t]
            if sold > 0.0 and kept[t] < 1.0:
                residual[i, t] = position[i, t] + sold * kept[t]


@compiled
def add_totals(source: Float64, first: int, last: int, demand: Float64, supply: Float64) -> None:
    """D and S of every step, float64[W] each, written."""
    demand[:] = 0.0
    supply[:] = 0.0
    for i in range(first, last):
        for t in range(demand.size):
            demand[t] += larger(source[i, t], 0.0)
            supply[t] += larger(-source[i, t], 0.0)


@compiled
def static_key(position: Float64, residual: Float64, first: int, last: int, key: Float64, work: Float64) -> None:
    """Buyer i gets min(d_i, k_i·S); sellers give pro rata. What a key's holder cannot use stays with the sellers."""
    bought, sold = work[0], work[1]
    add_totals(position, first, last, bought, sold)
    bought[:] = 0.0
    for i in range(first, last):
        for t in range(bought.size):
            taken = smaller(larger(position[i, t], 0.0), key[i] * sold[t])
            residual[i, t] = position[i, t] - taken
            bought[t] += taken
    for t in range(bought.size):
        sold[t] = part_of(bought[t], sold[t])
    for i in range(first, last):
        for t in range(sold.size):
            residual[i, t] = left_of(residual[i, t], 0.0, sold[t])


@compiled
def participant_key(position: Float64, residual: Float64, first: int, last: int, key: Float64, work: Float64) -> None:
    """Everybody gets k_i·S, who cannot use it exports it; sellers give s_j·Σk, net of their own part.

    Source: the Spanish RD 244/2019, annex I: β_i·ENG is the participant's own, also what of it is surplus.
    """
    supply, demand, keys = work[0], work[1], 0.0
    add_totals(position, first, last, demand, supply)
    for i in range(first, last):
        keys += key[i]
    for i in range(first, last):
        for t in range(supply.size):
            given = larger(-position[i, t], 0.0) * smaller(keys, 1.0)
            residual[i, t] = position[i, t] + (given - key[i] * supply[t])


@compiled
def equal(position: Float64, residual: Float64, first: int, last: int, work: Float64) -> None:
    """Every buyer gets min(d_i, λ) with Σ = V, the sellers likewise; the short side is served in full."""
    demand, supply, volume, bought, sold = work[0], work[1], work[2], work[3], work[4]
    add_totals(position, first, last, demand, supply)
    for t in range(volume.size):
        volume[t] = smaller(demand[t], supply[t])
        bought[t] = np.inf if demand[t] <= supply[t] else 0.0
        sold[t] = np.inf if supply[t] <= demand[t] else 0.0
    _fill(position, first, last, 1.0, volume, bought, demand, supply)
    _fill(position, first, last, -1.0, volume, sold, demand, supply)
    for i in range(first, last):
        for t in range(volume.size):
            traded = smaller(larger(position[i, t], -sold[t]), bought[t])
            residual[i, t] = position[i, t] - traded


@compiled
def _fill(
    position: Float64,
    first: int,
    last: int,
    side: float,
    volume: Float64,
    level: Float64,
    rest: Float64,
    short: Float64,
) -> None:
    """Raise the water level λ of one side (+1 buyers, −1 sellers) until Σ min(x_i, λ) = V; levels of inf stay.

    Those below the level are full and the others share the rest equally. The level only rises, so the set of the full
    only grows; when it stops growing, the level is exact.
    """
    rising = True
    while rising:
        rest[:] = volume
        short[:] = 0.0
        for i in range(first, last):
            for t in range(rest.size):
                amount = larger(side * position[i, t], 0.0)
                rest[t] -= amount if amount <= level[t] else 0.0
                short[t] += 1.0 if amount > level[t] else 0.0
        rising = False
        for t in range(rest.size):
            new = rest[t] / larger(short[t], 1.0)
            if short[t] > 0.0 and new > level[t]:
                level[t] = new
                rising = True
