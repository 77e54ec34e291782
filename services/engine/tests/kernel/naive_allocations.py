"""Naive allocations: lists of positions of a pool in one step in, trades out."""

import math
from dataclasses import dataclass

from hygge_engine.kernel import Allocation

Pairs = dict[tuple[int, int], float]


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


def pairs_by_size(
    deficits: list[float], surpluses: list[float], minimum: float, unit: float
) -> list[tuple[int, int, float]]:
    """Greedy pairs (seller, buyer, volume)."""
    sellers = sorted((i for i, s in enumerate(surpluses) if s > 0), key=lambda i: (-surpluses[i], i))
    buyers = sorted((i for i, d in enumerate(deficits) if d > 0), key=lambda i: (-deficits[i], i))
    offered, wanted = dict(enumerate(surpluses)), dict(enumerate(deficits))
    pairs = []
    while sellers and buyers:
        s, b = sellers[0], buyers[0]
        volume = min(offered[s], wanted[b])
        seller_done, buyer_done = offered[s] <= wanted[b], wanted[b] <= offered[s]
        volume = whole_units(volume, unit) if unit > 0 else volume
        if volume >= minimum:
            pairs.append((s, b, volume))
            offered[s] -= volume
            wanted[b] -= volume
        if seller_done:
            sellers.pop(0)
        if buyer_done:
            buyers.pop(0)
    return pairs


@dataclass(frozen=True)
class Terms:
    """The rules of a pool, with its rows' ranks and keys."""

    allocation: Allocation
    ranks: list[int]
    keys: list[float]
    minimum_kw: float = 0.0
    unit_kw: float = 0.0
    participant: bool = False


def whole_units(power: float, unit_kw: float) -> float:
    """Truncated toward zero, but not for a rounding error."""
    units = power / unit_kw
    return power if abs(units - round(units)) <= 1e-6 else math.floor(units) * unit_kw


def share(terms: Terms, positions: list[float]) -> tuple[list[float], Pairs]:
    """Signed trades (+ bought, − sold) and kW by (seller, buyer)."""
    deficits = [max(p, 0.0) for p in positions]
    surpluses = [max(-p, 0.0) for p in positions]
    if terms.allocation is Allocation.GREEDY:
        return pairs_traded(pairs_by_size(deficits, surpluses, terms.minimum_kw, terms.unit_kw), len(positions))
    if terms.allocation is Allocation.STATIC_KEY and terms.participant:
        total, given = sum(surpluses), sum(terms.keys)
        trades = [key * total - s * given for key, s in zip(terms.keys, surpluses, strict=True)]
    else:
        bought, sold = by_volume(terms, deficits, surpluses)
        trades = [b - s for b, s in zip(bought, sold, strict=True)]
    if terms.unit_kw > 0:
        trades = truncate(trades, terms.unit_kw)
    return trades, spread([max(-t, 0.0) for t in trades], [max(t, 0.0) for t in trades])


def truncate(trades: list[float], unit_kw: float) -> list[float]:
    """Buyers keep whole units, sellers give as much less, pro rata."""
    kept = [whole_units(t, unit_kw) if t > 0 else 0.0 for t in trades]
    given = sum(t for t in trades if t > 0)
    return [k if t > 0 else t * sum(kept) / given if given > 0 else 0.0 for t, k in zip(trades, kept, strict=True)]


def by_volume(terms: Terms, deficits: list[float], surpluses: list[float]) -> tuple[list[float], list[float]]:
    """What each buys and sells."""
    volume = min(sum(deficits), sum(surpluses))
    if terms.allocation is Allocation.EQUAL:
        return water_filling(deficits, volume), water_filling(surpluses, volume)
    if terms.allocation is Allocation.NONE:
        bought = [0.0] * len(deficits)
    elif terms.allocation is Allocation.PROPORTIONAL:
        bought = pro_rata(deficits, volume)
    elif terms.allocation is Allocation.PRIORITY:
        bought = by_rank(deficits, terms.ranks, volume)
    else:
        bought = [min(d, k * sum(surpluses)) for d, k in zip(deficits, terms.keys, strict=True)]
        if terms.allocation is Allocation.HYBRID_KEY:
            short = [d - b for d, b in zip(deficits, bought, strict=True)]
            rest = min(sum(short), max(sum(surpluses) - sum(bought), 0.0))
            bought = [b + more for b, more in zip(bought, pro_rata(short, rest), strict=True)]
    return bought, pro_rata(surpluses, sum(bought))


def pairs_traded(pairs: list[tuple[int, int, float]], count: int) -> tuple[list[float], Pairs]:
    """What each trades in all, and kW by (seller, buyer)."""
    trades, flows = [0.0] * count, dict[tuple[int, int], float]()
    for s, b, power in pairs:
        trades[s] -= power
        trades[b] += power
        flows[s, b] = flows.get((s, b), 0.0) + power
    return trades, flows


def spread(sold: list[float], bought: list[float]) -> Pairs:
    """Pro rata flows: seller's share of the volume times what the buyer gets."""
    volume = sum(sold)
    return {
        (s, b): sold[s] / volume * bought[b]
        for s in range(len(sold))
        for b in range(len(bought))
        if sold[s] > 0 and bought[b] > 0
    }
