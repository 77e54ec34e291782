"""What crosses between the houses' stage and the grid's stage, and so between the shards of a run.

Letters in shapes: H houses, K transformers, R ranks, T steps of a window, D local days.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Left:
    """What the houses of some transformers have left after own storage and sharing inside each transformer.

    units: float64[K, R+1, T] in kW, deficits by rank and, at index R, surplus. demand_kw, supply_kw: float64[K, T], Σ
    deficit and Σ surplus before sharing. bought_kw: float64[K, T], what houses bought inside. houses: float64[H, T] in
    kW, every house's own position, under an auction, which goes on with houses between transformers; else
    float64[0, T]. soc: float64[H, T], states of charge that `battery_aware` bids depend on; else float64[0, T].
    """

    units: Float64
    demand_kw: Float64
    supply_kw: Float64
    bought_kw: Float64
    houses: Float64
    soc: Float64

    @classmethod
    def stack(cls, parts: "Sequence[Left]") -> "Left":
        """The whole grid from its shards in the order of transformers."""
        return Left(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Left)))

    def to_bytes(self) -> bytes:
        """For the row in which a shard hands this over."""
        sink = io.BytesIO()
        np.savez_compressed(sink, **{field.name: getattr(self, field.name) for field in fields(self)})
        return sink.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return cls(**{field.name: arrays[field.name] for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class GridPool:
    """What the grid's stage says about the grid as a whole, float64[T] in kW unless said otherwise.

    demand_kw, supply_kw: Σ deficit and Σ surplus of the pool of transformers (under an auction: of their houses).
    import_kw, export_kw: what houses import and export. bought_kw, sold_kw: what houses buy and sell inside and between
    transformers.
    price: of the auction between transformers, nan where nothing was traded; float64[0] under other allocations.
    flows_kwh: float64[K, K], (seller, buyer) between transformers over the window; float64[0, 0] where there are more
    transformers than are kept. residual_kwh: the worst difference between bought and sold of a step.
    """

    demand_kw: Float64
    supply_kw: Float64
    import_kw: Float64
    export_kw: Float64
    bought_kw: Float64
    sold_kw: Float64
    price: Float64
    flows_kwh: Float64
    residual_kwh: float

    @classmethod
    def join(cls, parts: "Sequence[GridPool]", flows_kwh: Float64) -> "GridPool":
        """A window from its tiles, in the order of time; flows_kwh: of the whole window."""
        names = [field.name for field in fields(cls)][:-2]
        series: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        return cls(**series, flows_kwh=flows_kwh, residual_kwh=max(part.residual_kwh for part in parts))


@dataclass(frozen=True, slots=True)
class Handdown:
    """What the grid's stage makes of what houses have left.

    parts: float64[K, R+1, 3, T], of each kW of a unit the fractions (they add up to 1) bought from other transformers,
    imported, unserved (deficits, by rank); at index R of the second axis: sold to others, exported, curtailed.
    After an auction between transformers the first fraction is what houses offer to its book; traded_kw: float64[H, T],
    what each house bought (+) or sold (−) there; lost_parts: float64[K, R+1, T], which part of what is then still open
    is unserved or curtailed, the rest goes upstream. Else they are float64[0, T] and float64[0, 0, T].
    payments: float64[H, D, 2] under `price_time`, in money, paid and received between transformers; else
    float64[0, 0, 0].
    """

    parts: Float64
    lost_parts: Float64
    traded_kw: Float64
    payments: Float64
    pool: GridPool

    def select(self, transformers: slice, houses: slice) -> "Handdown":
        """The part of a shard with these transformers and houses; the pool stays whole."""
        return Handdown(
            np.ascontiguousarray(self.parts[transformers]),
            np.ascontiguousarray(self.lost_parts[transformers]),
            np.ascontiguousarray(self.traded_kw[houses]),
            np.ascontiguousarray(self.payments[houses]),
            self.pool,
        )
