"""What becomes of the energy that houses have left: inside parts, capacities, the grid's pool, the grid's limits.

A *unit* is what the houses of one transformer and one priority rank lack, or what all houses of a transformer have left
over. Every unit starts *open*; each stage diverts a part of what is still open to one of three ends: shared between
transformers, exchanged with upstream, or lost (unserved load, curtailed generation). The parts that come out are the
same for all houses of the unit, so only these small arrays cross transformers.

Arrays: left float64[K, R+1, W], kW (deficits by rank, surplus at index R); open_part float64[K, R+1, W], fractions;
parts float64[K, R+1, 3, W], the fractions that went to SHARED, UPSTREAM, LOST.
"""

import numpy as np

from hygge_engine.compiled import compiled, entry_point
from hygge_engine.kernel.parts import larger, part_of, smaller
from hygge_engine.kernel.types import Float64, Int64

SHARED, UPSTREAM, LOST = range(3)


@compiled
def _divert(open_part: Float64, parts: Float64, k: int, unit: int, end: int, part: Float64) -> None:
    """Move a part of what is open of a unit to an end."""
    for t in range(part.size):
        moved = open_part[k, unit, t] * part[t]
        parts[k, unit, end, t] += moved
        open_part[k, unit, t] -= moved


@compiled
def _add_open(left: Float64, open_part: Float64, k: int, unit: int, total: Float64) -> None:
    """Add a unit's open power, in kW."""
    for t in range(total.size):
        total[t] += left[k, unit, t] * open_part[k, unit, t]


@compiled
def _open_power(left: Float64, open_part: Float64, first: int, last: int, unit: int, units: int) -> Float64:
    """Open power of so many units from `unit` on, of the transformers `first` to `last − 1`, in kW."""
    total = np.zeros(left.shape[2])
    for k in range(first, last):
        for u in range(unit, unit + units):
            _add_open(left, open_part, k, u, total)
    return total


@compiled
def _meet_inside(left: Float64, open_part: Float64, parts: Float64, first: int, last: int, island: bool) -> None:
    """Deficits and surpluses that meet without a contract: billed upstream; lost where there is no upstream."""
    ranks = left.shape[1] - 1
    deficit = _open_power(left, open_part, first, last, 0, ranks)
    surplus = _open_power(left, open_part, first, last, ranks, 1)
    meets = False
    for t in range(deficit.size):
        volume = smaller(deficit[t], surplus[t])
        meets |= volume > 0.0
        deficit[t] = part_of(volume, deficit[t])
        surplus[t] = part_of(volume, surplus[t])
    if not meets:
        return
    end = LOST if island else UPSTREAM
    for k in range(first, last):
        for r in range(ranks):
            _divert(open_part, parts, k, r, end, deficit)
        _divert(open_part, parts, k, ranks, end, surplus)


@compiled
def _cut_above(power: Float64, against: Float64, limit_kw: float) -> bool:
    """Turn power into what of it, less the power that it meets, is above the limit; tell whether anything is."""
    above = False
    for t in range(power.size):
        power[t] = larger(power[t] - against[t] - limit_kw, 0.0)
        above |= power[t] > 0.0
    return above


@compiled
def _limit_import(
    left: Float64, open_part: Float64, parts: Float64, first: int, last: int, limit_kw: float, against: Float64
) -> None:
    """Shed deficits above the limit and the surplus `against` them, float64[W] in kW, from the last rank upwards, pro
    rata inside a rank.
    """
    ranks = left.shape[1] - 1
    if np.isinf(limit_kw):
        return
    excess = _open_power(left, open_part, first, last, 0, ranks)
    if not _cut_above(excess, against, limit_kw):
        return
    for r in range(ranks - 1, -1, -1):
        part = _open_power(left, open_part, first, last, r, 1)
        for t in range(excess.size):
            shed = smaller(part[t], excess[t])
            excess[t] -= shed
            part[t] = part_of(shed, part[t])
        for k in range(first, last):
            _divert(open_part, parts, k, r, LOST, part)


@compiled
def _limit_export(
    left: Float64, open_part: Float64, parts: Float64, first: int, last: int, limit_kw: float, against: Float64
) -> None:
    """Curtail surplus above the limit and the deficit `against` it, float64[W] in kW, pro rata."""
    ranks = left.shape[1] - 1
    if np.isinf(limit_kw):
        return
    excess = _open_power(left, open_part, first, last, ranks, 1)
    if not _cut_above(excess, against, limit_kw):
        return
    for t in range(excess.size):
        excess[t] = part_of(excess[t], excess[t] + against[t] + limit_kw) if excess[t] > 0.0 else 0.0
    for k in range(first, last):
        _divert(open_part, parts, k, ranks, LOST, excess)


@entry_point
def pool_positions(left: Float64, open_part: Float64, position: Float64) -> None:
    """Fill the participants of the grid's pool, float64[K·n, W] in kW.

    n = 1: a transformer with all it needs. n = R: a transformer with each of its ranks (then its surplus is at rank 0).
    After its inside part, a transformer has either a deficit or a surplus.
    """
    count, ranks, width = left.shape[0], left.shape[1] - 1, left.shape[2]
    each = position.shape[0] // count
    position[:] = 0.0
    for k in range(count):
        for r in range(ranks):
            _add_open(left, open_part, k, r, position[k * each + min(r, each - 1)])
        surplus = _open_power(left, open_part, k, k + 1, ranks, 1)
        for t in range(width):
            if surplus[t] > 0.0:
                position[k * each, t] = -surplus[t]


@entry_point
def divert_shared(open_part: Float64, parts: Float64, position: Float64, residual: Float64) -> float:
    """Hand to the units what the grid's pool allocated; returns the worst difference of bought and sold, in kW."""
    count, ranks, width = open_part.shape[0], open_part.shape[1] - 1, open_part.shape[2]
    each = position.shape[0] // count
    bought, sold, net = np.empty(width), np.empty(width), np.zeros(width)
    for k in range(count):
        for r in range(ranks):
            row = k * each + min(r, each - 1)
            for t in range(width):
                before, traded = position[row, t], position[row, t] - residual[row, t]
                part = part_of(abs(traded), abs(before))
                bought[t] = part if before > 0.0 else 0.0
                sold[t] = part if before < 0.0 else 0.0
            _divert(open_part, parts, k, r, SHARED, bought)
            if r == 0:
                _divert(open_part, parts, k, ranks, SHARED, sold)
    for row in range(position.shape[0]):
        for t in range(width):
            net[t] += position[row, t] - residual[row, t]
    return np.abs(net).max() if width > 0 else 0.0


@compiled
def _close(open_part: Float64, parts: Float64) -> None:
    """What is open goes upstream; a unit of which nothing is shared or lost goes as a whole, to the last bit."""
    count, units, width = open_part.shape
    for k in range(count):
        for u in range(units):
            for t in range(width):
                whole = parts[k, u, SHARED, t] == 0.0 and parts[k, u, LOST, t] == 0.0
                upstream = parts[k, u, UPSTREAM, t] + open_part[k, u, t]
                parts[k, u, UPSTREAM, t] = 1.0 if whole else upstream


@entry_point
def limit_transformers(left: Float64, open_part: Float64, parts: Float64, capacity_kw: Float64, island: bool) -> None:
    """Start all units, settle what meets inside each transformer, and keep its capacity_kw float64[K]."""
    open_part[:] = 1.0
    parts[:] = 0.0
    nothing = np.zeros(left.shape[2])
    for k in range(capacity_kw.size):
        _meet_inside(left, open_part, parts, k, k + 1, island)
        _limit_import(left, open_part, parts, k, k + 1, capacity_kw[k], nothing)
        _limit_export(left, open_part, parts, k, k + 1, capacity_kw[k], nothing)


@compiled
def _withhold(left: Float64, open_part: Float64, parts: Float64, k: int, limit_kw: float, end: int) -> None:
    """Let deficits and surpluses of a transformer meet as far as either is above the limit."""
    ranks = left.shape[1] - 1
    deficit = _open_power(left, open_part, k, k + 1, 0, ranks)
    surplus = _open_power(left, open_part, k, k + 1, ranks, 1)
    for t in range(deficit.size):
        volume = larger(larger(deficit[t], surplus[t]) - limit_kw, 0.0)
        volume = smaller(volume, smaller(deficit[t], surplus[t]))
        deficit[t], surplus[t] = part_of(volume, deficit[t]), part_of(volume, surplus[t])
    for r in range(ranks):
        _divert(open_part, parts, k, r, end, deficit)
    _divert(open_part, parts, k, ranks, end, surplus)


@entry_point
def limit_nets(
    left: Float64, open_part: Float64, parts: Float64, capacity_kw: Float64, island: bool, is_limited: bool
) -> None:
    """Start all units and keep the capacity_kw float64[K] of each transformer's net flow, before a book of all houses.

    What meets inside a transformer stays open. Only where a later stage may lose energy (is_limited: the grid has
    limits), both sides must keep the capacity by themselves, so that no loss of the one makes the other too much; what
    is above meets inside without a contract.
    """
    open_part[:] = 1.0
    parts[:] = 0.0
    ranks = left.shape[1] - 1
    for k in range(capacity_kw.size):
        deficit = _open_power(left, open_part, k, k + 1, 0, ranks)
        surplus = _open_power(left, open_part, k, k + 1, ranks, 1)
        _limit_import(left, open_part, parts, k, k + 1, capacity_kw[k], surplus)
        _limit_export(left, open_part, parts, k, k + 1, capacity_kw[k], deficit)
        if is_limited and not np.isinf(capacity_kw[k]):
            _withhold(left, open_part, parts, k, capacity_kw[k], LOST if island else UPSTREAM)


@entry_point
def offer_houses(houses: Float64, open_part: Float64, transformer: Int64, rank: Int64, offered: Float64) -> None:
    """What houses take to the grid's book, float64[H, W]: what is open of what they have left. rank: int64[H]."""
    surplus = open_part.shape[1] - 1
    for i in range(houses.shape[0]):
        deficit_part, surplus_part = open_part[transformer[i], rank[i]], open_part[transformer[i], surplus]
        for t in range(houses.shape[1]):
            offered[i, t] = houses[i, t] * (deficit_part[t] if houses[i, t] > 0.0 else surplus_part[t])


@entry_point
def trade_totals(offered: Float64, residual: Float64, traded: Float64) -> tuple[Float64, Float64]:
    """Fill traded = offered − residual, float64[H, W]; returns what is bought and sold in every step, in kW."""
    bought, sold = np.zeros(offered.shape[1]), np.zeros(offered.shape[1])
    for i in range(offered.shape[0]):
        for t in range(bought.size):
            power = offered[i, t] - residual[i, t]
            traded[i, t] = power
            bought[t] += larger(power, 0.0)
            sold[t] += larger(-power, 0.0)
    return bought, sold


@entry_point
def limit_grid(
    left: Float64, open_part: Float64, parts: Float64, import_limit_kw: float, export_limit_kw: float, island: bool
) -> None:
    """Settle what meets inside the grid, keep its limits, and send upstream what is still open."""
    count, nothing = left.shape[0], np.zeros(left.shape[2])
    if count > 1:
        _meet_inside(left, open_part, parts, 0, count, island)
    _limit_import(left, open_part, parts, 0, count, import_limit_kw, nothing)
    _limit_export(left, open_part, parts, 0, count, export_limit_kw, nothing)
    _close(open_part, parts)


@entry_point
def end_power(left: Float64, parts: Float64, end: int) -> tuple[Float64, Float64]:
    """What of all deficits and of all surpluses goes to an end, float64[W] each, in kW."""
    count, ranks = left.shape[0], left.shape[1] - 1
    deficit, surplus = np.zeros(left.shape[2]), np.zeros(left.shape[2])
    for k in range(count):
        for r in range(ranks):
            for t in range(deficit.size):
                deficit[t] += left[k, r, t] * parts[k, r, end, t]
        for t in range(surplus.size):
            surplus[t] += left[k, ranks, t] * parts[k, ranks, end, t]
    return deficit, surplus
