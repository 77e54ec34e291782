"""Who gets how much of a pool's surplus: the volume allocations, one function each.

A pool is a range of rows of `position` (kW; > 0 deficit d, < 0 surplus s): houses inside a transformer, or
transformers inside a grid. With S = Σs and D = Σd of a step, V = min(S, D). Every function writes to `residual` what
of each position is left; what was bought or sold is `position − residual`. Columns are steps, and independent of each
other.

Arguments of all: position, residual float64[N, W]; the pool's rows `first` to `last − 1`; work, scratch
float64[ranks + 5, W]. Where needed: rank int64[N]; key float64[N].

Sources: the 'dynamic key' of French collective self-consumption (Code de l'énergie D315-6) for `proportional`; § 42b
(5) EnWG and the Austrian static share for `static_key`; max-min fair water-filling (Bertsekas & Gallager, Data
Networks, 6.5.2) for `equal`.
"""

import numpy as np

from hygge_engine.kernel.compiled import compiled
from hygge_engine.kernel.greedy import match_step
from hygge_engine.kernel.parts import larger, part_of, smaller
from hygge_engine.kernel.types import Allocation, Float64, Int64

CODES: dict[Allocation, int] = {allocation: code for code, allocation in enumerate(Allocation)}
NONE, PROPORTIONAL, EQUAL, PRIORITY, STATIC_KEY, HYBRID_KEY, GREEDY = range(7)


@compiled
def allocate(
    code: int,
    position: Float64,
    residual: Float64,
    first: int,
    last: int,
    rank: Int64,
    key: Float64,
    minimum_kw: float,
    work: Float64,
    flows: Float64,
) -> None:
    """Apply the allocation with that code. flows: float64[n, n], kW by (seller, buyer), kept by `greedy`."""
    if code == PROPORTIONAL:
        proportional(position, residual, first, last, work)
    elif code == EQUAL:
        equal(position, residual, first, last, work)
    elif code == PRIORITY:
        priority(position, residual, first, last, rank, work)
    elif code in (STATIC_KEY, HYBRID_KEY):
        static_key(position, residual, first, last, key, work)
        if code == HYBRID_KEY:
            proportional(residual, residual, first, last, work)
    elif code == GREEDY:
        for column in range(position.shape[1]):
            match_step(position, residual, first, last, column, minimum_kw, flows)
    else:
        for i in range(first, last):
            residual[i] = position[i]


@compiled
def _add_totals(source: Float64, first: int, last: int, demand: Float64, supply: Float64) -> None:
    """D and S of every step."""
    demand[:] = 0.0
    supply[:] = 0.0
    for i in range(first, last):
        for t in range(demand.size):
            demand[t] += larger(source[i, t], 0.0)
            supply[t] += larger(-source[i, t], 0.0)


@compiled
def _served_parts(demand: Float64, supply: Float64) -> None:
    """Turn D and S into the parts V/D and V/S that are served; the short side's part is exactly 1."""
    for t in range(demand.size):
        volume = smaller(demand[t], supply[t])
        demand[t] = part_of(volume, demand[t])
        supply[t] = part_of(volume, supply[t])


@compiled
def proportional(source: Float64, target: Float64, first: int, last: int, work: Float64) -> None:
    """Buyer i gets d_i·V/D, seller j gives s_j·V/S. `source` and `target` may be the same array."""
    bought, sold = work[0], work[1]
    _add_totals(source, first, last, bought, sold)
    _served_parts(bought, sold)
    for i in range(first, last):
        _take(source, target, i, bought, sold)


@compiled
def _take(source: Float64, target: Float64, i: int, bought: Float64, sold: Float64) -> None:
    """Take from a row's deficits and surpluses the part that is served."""
    for t in range(bought.size):
        part = bought[t] if source[i, t] > 0.0 else sold[t]
        target[i, t] = source[i, t] - source[i, t] * part


@compiled
def static_key(position: Float64, residual: Float64, first: int, last: int, key: Float64, work: Float64) -> None:
    """Buyer i gets min(d_i, k_i·S); sellers give pro rata. What a key's holder cannot use stays with the sellers."""
    bought, sold, nothing = work[0], work[1], work[2]
    _add_totals(position, first, last, bought, sold)
    bought[:] = 0.0
    nothing[:] = 0.0
    for i in range(first, last):
        for t in range(bought.size):
            taken = smaller(larger(position[i, t], 0.0), key[i] * sold[t])
            residual[i, t] = position[i, t] - taken
            bought[t] += taken
    for t in range(bought.size):
        sold[t] = part_of(bought[t], sold[t])
    for i in range(first, last):
        _take(residual, residual, i, nothing, sold)


@compiled
def priority(position: Float64, residual: Float64, first: int, last: int, rank: Int64, work: Float64) -> None:
    """Buyers are served rank by rank, pro rata inside a rank; sellers give pro rata."""
    demand, sold, left, parts = work[0], work[1], work[2], work[5:]
    _add_totals(position, first, last, demand, sold)
    parts[:] = 0.0
    for i in range(first, last):
        wanted = parts[rank[i]]
        for t in range(wanted.size):
            wanted[t] += larger(position[i, t], 0.0)
    left[:] = sold
    for r in range(parts.shape[0]):
        for t in range(left.size):
            served = smaller(parts[r, t], left[t])
            left[t] -= served
            parts[r, t] = part_of(served, parts[r, t])
    _served_parts(demand, sold)
    for i in range(first, last):
        _take(position, residual, i, parts[rank[i]], sold)


@compiled
def equal(position: Float64, residual: Float64, first: int, last: int, work: Float64) -> None:
    """Every buyer gets min(d_i, λ) with Σ = V, the sellers likewise; the short side is served in full."""
    demand, supply, volume, bought, sold = work[0], work[1], work[2], work[3], work[4]
    _add_totals(position, first, last, demand, supply)
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
