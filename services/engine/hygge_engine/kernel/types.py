"""What goes into the core and what comes out: frozen arrays with their units. Nothing here computes.

Letters in shapes: H houses, K transformers, B batteries, R ranks, T steps of a window, D local days of a window.
Houses are sorted by transformer and batteries by house. Powers are means over a step; no limit is `inf`.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hygge_engine.kernel.devices import Devices, Signals, ThermalInput
from hygge_engine.kernel.exchange import GridPool

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
    "driven_kwh",
    "ev_shortfall_kwh",
    "heat_kwh",
    "unmet_heat_kwh",
    "generator_kwh",
    "clipped_kwh",
    "import_peak_kw",
    "export_peak_kw",
)


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
    inverter_kw: float64[H], the limit of what a house feeds out; generation_limit_kw: float64[H], the limit of what sun
    and wind give (None: inverter_kw). They differ where a battery or a generator has an inverter of its own.
    rank: int64[H], place in the priority list; 0 is served first, the last rank is shed first.
    sharing_key: float64[H], Σ <= 1 per transformer; see `resolve_sharing_keys`.
    ranks: number of ranks in the whole grid (0: as many as `rank` needs); a shard keeps the grid's number.
    devices: what else is flexible (None: nothing). min_sell_price, max_buy_price: float64[H] per kWh, nan where a house
    names none (None: no house does). first_house: place of the first house in the whole grid; random numbers of a house
    depend on its place in the grid.
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
    devices: Devices = None  # type: ignore[assignment]  # filled in below
    min_sell_price: Float64 = None  # type: ignore[assignment]
    max_buy_price: Float64 = None  # type: ignore[assignment]
    first_house: int = 0
    generation_limit_kw: Float64 = None  # type: ignore[assignment]

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
        if self.generation_limit_kw is None:
            object.__setattr__(self, "generation_limit_kw", self.inverter_kw)
        _require_shape("generation_limit_kw", self.generation_limit_kw, (self.houses,), np.float64)
        if self.devices is None:
            object.__setattr__(self, "devices", Devices.none(self.houses))
        for name in ("min_sell_price", "max_buy_price"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, np.full(self.houses, np.nan))
            _require_shape(name, getattr(self, name), (self.houses,), np.float64)
        kinds = (self.devices.cars, self.devices.thermals, self.devices.generators)
        complete = all(kind.offsets.size == self.houses + 1 for kind in kinds)
        _require(complete, "devices need one offset per house and one")

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
            self.devices.select(start, stop),
            np.ascontiguousarray(self.min_sell_price[start:stop]),
            np.ascontiguousarray(self.max_buy_price[start:stop]),
            self.first_house + start,
            np.ascontiguousarray(self.generation_limit_kw[start:stop]),
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
class Window:
    """Input of one window: load and available generation, float32[H, T] in kW, and where its local days begin.

    `day_offsets` is int64[D+1], from 0 to T; day d has the steps `day_offsets[d]:day_offsets[d+1]`. first_step: the
    window's first step in the run. signals: prices of the whole run (None: all 0). thermal: what `Thermals` speak of.
    schedule_kw: float32[H, T], what the batteries of each house shall do under `scheduled`, + charges; None: rest.
    generation_kw is what sun and wind offer, before the inverter's limit.
    """

    load_kw: Float32
    generation_kw: Float32
    step_hours: float
    day_offsets: Int64
    first_step: int = 0
    signals: Signals = None  # type: ignore[assignment]  # filled in below
    thermal: ThermalInput = None  # type: ignore[assignment]
    schedule_kw: Float32 | None = None

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
        if self.signals is None:
            object.__setattr__(self, "signals", Signals.none(self.first_step + shape[1]))
        if self.thermal is None:
            object.__setattr__(self, "thermal", ThermalInput.none(shape[1]))
        _require(self.signals.import_price.size >= self.first_step + shape[1], "the signals end before the window")
        for name in ("demand_kw", "cop"):
            rows = getattr(self.thermal, name)
            _require_shape(f"thermal.{name}", rows, (rows.shape[0], shape[1]), np.float32)
        if self.schedule_kw is not None:
            _require_shape("schedule_kw", self.schedule_kw, shape, np.float32)

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return int(self.load_kw.shape[1])


@dataclass(frozen=True, slots=True)
class Nodes:
    """Results of N nodes: `values` float32[N, 9, T] by MEASURES, `sums` float64[N, D, 22] by ENERGY_SUMS."""

    values: Float32
    sums: Float64


@dataclass(frozen=True, slots=True)
class Residuals:
    """The worst violations found while computing, in kWh per step; all are rounding errors.

    energy_residual_kwh: a house's balance before rounding to float32; rounded_residual_kwh: after it.
    pool_residual_kwh: bought minus sold of a pool. soc_violation_kwh: energy outside the bounds of a battery or car.
    need_violation_kwh: bought beyond a house's deficit or sold beyond its surplus (`left_over` participant aside).
    """

    energy_residual_kwh: float
    rounded_residual_kwh: float
    pool_residual_kwh: float
    soc_violation_kwh: float
    need_violation_kwh: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything the core says about one window.

    grid: sums over what was simulated, the whole grid or a shard. grid_units: int64[9, T], the same sums in units of
    2⁻³⁶ kW (kWh for SOC): those of shards add up exactly, see `close_grid`.
    alone_kw: float32[H, T], meter position of the house without a community (own storage, no sharing, no limits).
    fuel_cost: float64[H, D], what generators burnt, in money.
    pool_demand_kw, pool_supply_kw: float64[K, T], Σ deficit and Σ surplus of each transformer's houses before sharing.
    pool_price: float64[K, T], price that the auction of each transformer made (`price_time`: mean over its trades), nan
    where nothing was traded; float64[0, 0] under other allocations. payments: float64[H, D, 4] under `price_time`, in
    money: paid and received inside the transformer, paid and received between transformers; else float64[0, 0, 0].
    house_flows_kwh: exact pairs (seller, buyer) of `greedy` and the auctions, float64[n, n] for each transformer's n
    houses (or [0, 0], where not kept).
    pool: what the grid's stage says.
    """

    houses: Nodes
    transformers: Nodes
    grid: Nodes
    grid_units: Int64
    alone_kw: Float32
    fuel_cost: Float64
    pool_demand_kw: Float64
    pool_supply_kw: Float64
    pool_price: Float64
    payments: Float64
    house_flows_kwh: tuple[Float64, ...]
    pool: GridPool
    residuals: Residuals
