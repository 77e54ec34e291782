"""What goes into the core and what comes out: frozen arrays with their units. Nothing here computes.

Letters in shapes: H houses, K transformers, B batteries, R ranks, T steps of a window, D local days of a window.
Houses are sorted by transformer and batteries by house. Powers are means over a step; no limit is `inf`.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

MEASURES: tuple[str, ...] = (
    "load_kw",
    "generation_kw",
    "storage_kw",
    "soc_kwh",
    "shared_local_kw",
    "shared_grid_kw",
    "grid_kw",
    "curtailed_kw",
    "unserved_kw",
)
LOAD, GENERATION, STORAGE, SOC, SHARED_LOCAL, SHARED_GRID, GRID, CURTAILED, UNSERVED = range(len(MEASURES))

ENERGY_SUMS: tuple[str, ...] = (
    "load_kwh",
    "generation_kwh",
    "own_use_kwh",
    "charge_kwh",
    "discharge_kwh",
    "storage_loss_kwh",
    "bought_local_kwh",
    "sold_local_kwh",
    "bought_grid_kwh",
    "sold_grid_kwh",
    "imported_kwh",
    "exported_kwh",
    "curtailed_kwh",
    "unserved_kwh",
    "import_peak_kw",
    "export_peak_kw",
)


class Allocation(StrEnum):
    """Who gets how much of a pool's surplus; the names are the API's."""

    NONE = "none"
    PROPORTIONAL = "proportional"
    EQUAL = "equal"
    PRIORITY = "priority"
    STATIC_KEY = "static_key"
    HYBRID_KEY = "hybrid_key"
    GREEDY = "greedy"


class StorageStrategy(StrEnum):
    """What the houses' batteries are for; the names are the API's."""

    NONE = "none"
    SELF_CONSUMPTION = "self_consumption"
    COMMUNITY = "community"


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _require_shape(name: str, array: NDArray[np.generic], shape: tuple[int, ...], dtype: type[np.generic]) -> None:
    _require(array.shape == shape, f"{name} has shape {array.shape}, expected {shape}")
    _require(array.dtype == dtype, f"{name} is {array.dtype}, expected {np.dtype(dtype)}")
    _require(array.flags.c_contiguous, f"{name} is not contiguous")


@dataclass(frozen=True, slots=True)
class Batteries:
    """All batteries, sorted by house and inside a house by the order in which they are used.

    `offsets` is int64[H+1]: the batteries of house i are `offsets[i]:offsets[i+1]`. All others are float64[B]. Powers
    are at the AC terminal; efficiencies are in (0, 1]; states of charge are fractions of the capacity.
    """

    offsets: Int64
    capacity_kwh: Float64
    max_charge_kw: Float64
    max_discharge_kw: Float64
    charge_efficiency: Float64
    discharge_efficiency: Float64
    min_soc: Float64
    max_soc: Float64
    initial_soc: Float64
    self_discharge_per_day: Float64

    def __post_init__(self) -> None:
        _require(self.offsets.ndim == 1 and self.offsets.size > 0, "offsets needs one entry per house and one more")
        _require_shape("offsets", self.offsets, self.offsets.shape, np.int64)
        for name in BATTERY_FIELDS:
            _require_shape(name, getattr(self, name), (self.count,), np.float64)

    @property
    def count(self) -> int:
        """B, the number of batteries."""
        return int(self.offsets[-1])

    @classmethod
    def none(cls, houses: int) -> Self:
        """No battery in any of `houses` houses."""
        return cls(np.zeros(houses + 1, np.int64), *(np.zeros(0) for _ in BATTERY_FIELDS))

    def select(self, first: int, last: int) -> "Batteries":
        """The batteries of houses `first` to `last - 1`, with the houses renumbered from 0."""
        start, stop = int(self.offsets[first]), int(self.offsets[last])
        parts = (np.ascontiguousarray(getattr(self, name)[start:stop]) for name in BATTERY_FIELDS)
        return Batteries(self.offsets[first : last + 1] - start, *parts)


BATTERY_FIELDS: tuple[str, ...] = (
    "capacity_kwh",
    "max_charge_kw",
    "max_discharge_kw",
    "charge_efficiency",
    "discharge_efficiency",
    "min_soc",
    "max_soc",
    "initial_soc",
    "self_discharge_per_day",
)


@dataclass(frozen=True, slots=True)
class Community:
    """A grid with its transformers and houses, or a shard of it: some of its transformers.

    transformer_offsets: int64[K+1]; the houses of transformer k are `transformer_offsets[k]:transformer_offsets[k+1]`.
    transformer_capacity_kw: float64[K], the limit of the net flow in both directions.
    inverter_kw: float64[H], the limit of a house's generation and of what it feeds out.
    rank: int64[H], place in the priority list; 0 is served first, the last rank is shed first.
    sharing_key: float64[H], Σ <= 1 per transformer; see `resolve_sharing_keys`.
    ranks: number of ranks in the whole grid (0: as many as `rank` needs); a shard keeps the grid's number.
    """

    transformer_offsets: Int64
    transformer_capacity_kw: Float64
    inverter_kw: Float64
    rank: Int64
    sharing_key: Float64
    batteries: Batteries
    import_limit_kw: float = np.inf
    export_limit_kw: float = np.inf
    ranks: int = 0

    def __post_init__(self) -> None:
        offsets = self.transformer_offsets
        _require(offsets.ndim == 1 and offsets.size > 0, "transformer_offsets needs one entry more than transformers")
        _require_shape("transformer_offsets", offsets, offsets.shape, np.int64)
        _require(offsets[0] == 0 and bool(np.all(np.diff(offsets) >= 0)), "transformer_offsets must rise from 0")
        _require_shape("transformer_capacity_kw", self.transformer_capacity_kw, (self.transformers,), np.float64)
        _require_shape("inverter_kw", self.inverter_kw, (self.houses,), np.float64)
        _require_shape("rank", self.rank, (self.houses,), np.int64)
        _require_shape("sharing_key", self.sharing_key, (self.houses,), np.float64)
        _require(
            self.batteries.offsets.size == self.houses + 1, "batteries.offsets must have one entry per house and one"
        )
        highest = int(self.rank.max(initial=0))
        _require(self.rank.min(initial=0) >= 0, "ranks count from 0")
        _require(self.ranks == 0 or self.ranks > highest, f"rank {highest} does not fit into {self.ranks} ranks")
        if self.ranks == 0:
            object.__setattr__(self, "ranks", highest + 1)

    @property
    def houses(self) -> int:
        """H, the number of houses."""
        return int(self.transformer_offsets[-1])

    @property
    def transformers(self) -> int:
        """K, the number of transformers."""
        return self.transformer_offsets.size - 1

    @property
    def is_island(self) -> bool:
        """Whether there is no connection upstream at all."""
        return self.import_limit_kw == 0 and self.export_limit_kw == 0

    def select(self, first: int, last: int) -> "Community":
        """The shard with transformers `first` to `last - 1`; it keeps the grid's limits and number of ranks."""
        start, stop = int(self.transformer_offsets[first]), int(self.transformer_offsets[last])
        return Community(
            self.transformer_offsets[first : last + 1] - start,
            np.ascontiguousarray(self.transformer_capacity_kw[first:last]),
            np.ascontiguousarray(self.inverter_kw[start:stop]),
            np.ascontiguousarray(self.rank[start:stop]),
            np.ascontiguousarray(self.sharing_key[start:stop]),
            self.batteries.select(start, stop),
            self.import_limit_kw,
            self.export_limit_kw,
            self.ranks,
        )


def resolve_sharing_keys(keys: Float64, transformer_offsets: Int64) -> Float64:
    """Sharing keys without gaps, from float64[H] in which nan means 'no key given'.

    Where no house of the grid has a key, all get equal shares of their transformer, 1/n (the rule 'in doubt equal
    shares' of § 42b (5) EnWG). Otherwise a house without a key has none.
    """
    if not np.all(np.isnan(keys)):
        return np.nan_to_num(keys, nan=0.0)
    sizes = np.diff(transformer_offsets)
    return np.repeat(1.0 / np.maximum(sizes, 1), sizes)


@dataclass(frozen=True, slots=True)
class State:
    """All that one window hands to the next, in kWh, float64[B] each.

    `reference_energy_kwh` are the same batteries in the houses' reference without a community; it differs from
    `energy_kwh` only under the strategy `community`.
    """

    energy_kwh: Float64
    reference_energy_kwh: Float64

    @classmethod
    def initial(cls, batteries: Batteries) -> Self:
        """Every battery at its `initial_soc`."""
        energy = batteries.initial_soc * batteries.capacity_kwh
        return cls(energy, energy.copy())

    def to_bytes(self) -> bytes:
        """The checkpoint: magic, number of batteries, both arrays; little-endian."""
        arrays = (self.energy_kwh.astype("<f8"), self.reference_energy_kwh.astype("<f8"))
        return _STATE_HEADER.pack(_STATE_MAGIC, self.energy_kwh.size) + b"".join(array.tobytes() for array in arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a checkpoint; ValueError where it is not one."""
        _require(len(data) >= _STATE_HEADER.size, "the checkpoint is too short")
        magic, count = _STATE_HEADER.unpack_from(data)
        _require(magic == _STATE_MAGIC, "this is not a checkpoint of this version")
        _require(len(data) == _STATE_HEADER.size + 16 * count, f"the checkpoint does not hold {count} batteries")
        values = np.frombuffer(data, "<f8", offset=_STATE_HEADER.size).astype(np.float64)
        return cls(values[:count].copy(), values[count:].copy())


_STATE_MAGIC = b"HYG1"
_STATE_HEADER = struct.Struct("<4sI")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a run chooses: allocation, storage strategy, and the smallest pair that `greedy` trades (kWh per step)."""

    allocation: Allocation
    storage_strategy: StorageStrategy
    minimum_trade_kwh: float = 0.0

    def minimum_kw(self, step_hours: float) -> float:
        """The smallest trade as power; a trade of just that energy is made, whatever its last bits."""
        return self.minimum_trade_kwh / step_hours * (1.0 - 1e-9)


@dataclass(frozen=True, slots=True)
class Window:
    """Input of one window: load and available generation, float32[H, T] in kW, and where its local days begin.

    `day_offsets` is int64[D+1], from 0 to T; day d has the steps `day_offsets[d]:day_offsets[d+1]`.
    """

    load_kw: Float32
    generation_kw: Float32
    step_hours: float
    day_offsets: Int64

    def __post_init__(self) -> None:
        shape = self.load_kw.shape
        _require(len(shape) == 2, "load_kw needs the axes houses and steps")
        _require_shape("load_kw", self.load_kw, shape, np.float32)
        _require_shape("generation_kw", self.generation_kw, shape, np.float32)
        _require(self.step_hours > 0, "step_hours must be positive")
        offsets = self.day_offsets
        _require(offsets.ndim == 1 and offsets.size >= 1 and offsets.dtype == np.int64, "day_offsets is int64[D+1]")
        _require(offsets[0] == 0 and offsets[-1] == shape[1], "day_offsets must run from 0 to the number of steps")
        _require(bool(np.all(np.diff(offsets) > 0)), "day_offsets must rise")

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return int(self.load_kw.shape[1])


@dataclass(frozen=True, slots=True)
class Nodes:
    """Results of N nodes: `values` float32[N, 9, T] by MEASURES, `sums` float64[N, D, 16] by ENERGY_SUMS."""

    values: Float32
    sums: Float64


@dataclass(frozen=True, slots=True)
class Handdown:
    """What the grid's stage makes of each kW that a transformer's houses have left.

    parts: float64[K, R+1, 3, T], fractions in [0, 1] that add up to 1: bought from other transformers, imported,
    unserved (deficits, by rank); at index R of the second axis: sold to other transformers, exported, curtailed.
    flows_kwh: float64[K, K], exact pairs (seller, buyer) between transformers, of `greedy` only. residual_kwh: the
    worst difference between bought and sold of a step.
    """

    parts: Float64
    flows_kwh: Float64
    residual_kwh: float

    def select(self, first: int, last: int) -> "Handdown":
        """The part for a shard with transformers `first` to `last - 1`."""
        return Handdown(np.ascontiguousarray(self.parts[first:last]), self.flows_kwh, self.residual_kwh)


@dataclass(frozen=True, slots=True)
class Residuals:
    """The worst violations found while computing, in kWh per step; all are rounding errors.

    energy_residual_kwh: a house's balance before rounding to float32; rounded_residual_kwh: after it.
    pool_residual_kwh: bought minus sold of a pool. soc_violation_kwh: energy outside a battery's bounds.
    """

    energy_residual_kwh: float
    rounded_residual_kwh: float
    pool_residual_kwh: float
    soc_violation_kwh: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything the core says about one window.

    alone_kw: float32[H, T], meter position of the house without a community (own storage, no sharing, no limits).
    house_flows_kwh, grid_flows_kwh: exact pairs (seller, buyer) of `greedy`: float64[n, n] for each transformer's n
    houses (or [0, 0], where not kept), and float64[K, K]; zeros under other allocations.
    """

    houses: Nodes
    transformers: Nodes
    grid: Nodes
    alone_kw: Float32
    house_flows_kwh: tuple[Float64, ...]
    grid_flows_kwh: Float64
    residuals: Residuals
