"""A window on its way through the stages: the packed community, the arrays to fill, the energy carried along."""

from dataclasses import dataclass

import numpy as np

from hygge_engine.kernel.allocations import CODES, Books, Pools
from hygge_engine.kernel.auction import clear_pools
from hygge_engine.kernel.bids import fill_soc
from hygge_engine.kernel.community_storage import run_community
from hygge_engine.kernel.exchange import GridPool, Handdown, Left
from hygge_engine.kernel.generators import Fuel
from hygge_engine.kernel.memory import Memory
from hygge_engine.kernel.options import AUCTIONS, Allocation, LeftOver, Rules, StorageStrategy
from hygge_engine.kernel.own import Results, pack_meters, run_houses
from hygge_engine.kernel.span import Span
from hygge_engine.kernel.stages import close_window, collect_left, share_pools, share_units, sum_grid, write_tile
from hygge_engine.kernel.state import State
from hygge_engine.kernel.sums import DEVICE_SUMS
from hygge_engine.kernel.trading import has_auctions, needs_soc, open_trading, places_in_transformer
from hygge_engine.kernel.types import (
    ENERGY_SUMS,
    MEASURES,
    SOC,
    Community,
    Float32,
    Float64,
    Int64,
    Nodes,
    Outcome,
    Residuals,
    Window,
)

_BY_UNITS = (Allocation.NONE, Allocation.PROPORTIONAL, Allocation.PRIORITY)
_EXACT_PAIRS = (Allocation.GREEDY, *AUCTIONS)


@dataclass(frozen=True, slots=True)
class Tile:
    """Some whole days of a window and the scratch for them; W = stop − start.

    cuts: int64[d+1], columns at which days begin. position, residual: float64[H, W], kW before and after sharing
    inside the transformers. local_parts: float64[K, R+1, W], where it stands for residual; see `stages.share_units`.
    One of the two is empty. left: float64[K, R+1, W], kW that units have left. soc: float64[H, W], states of charge
    that bids depend on, or float64[0, W].
    """

    first_day: int
    last_day: int
    start: int
    stop: int
    cuts: Int64
    position: Float64
    residual: Float64
    local_parts: Float64
    left: Float64
    soc: Float64

    @property
    def steps(self) -> int:
        """W, the number of steps."""
        return self.stop - self.start


def _energy_bounds(community: Community, rules: Rules) -> Float32:
    """Least and largest energy of each house's storage in kWh, float32[2, H].

    Added up as contents are, device after device with float32 sums, so that full storage is just at its bound.
    """
    bounds = np.zeros((2, community.houses), np.float32)
    resting = rules.storage_strategy is StorageStrategy.NONE
    for storage in (community.devices.cars, *(() if resting else (community.batteries,))):
        limits = np.stack([storage.min_soc * storage.capacity_kwh, storage.max_soc * storage.capacity_kwh])
        counts = np.diff(storage.offsets)
        for place in range(int(counts.max(initial=0))):
            houses = np.flatnonzero(counts > place)
            bounds[:, houses] = bounds[:, houses] + limits[:, storage.offsets[houses] + place]
    return bounds


def _pools(community: Community, rules: Rules, step_hours: float, house_flow_limit: int) -> Pools:
    """The transformers as pools; exact pairs are not kept for large ones."""
    sizes = np.diff(community.transformer_offsets)
    kept = (sizes <= house_flow_limit) & (rules.allocation in _EXACT_PAIRS)
    flow_offsets = np.concatenate([[0], np.cumsum(np.where(kept, sizes * sizes, 0))]).astype(np.int64)
    return Pools(
        CODES[rules.allocation],
        community.transformer_offsets,
        community.rank,
        community.ranks,
        community.sharing_key,
        rules.left_over is LeftOver.PARTICIPANT,
        rules.minimum_kw(step_hours),
        rules.unit_kw(step_hours),
        np.zeros(int(flow_offsets[-1])),
        flow_offsets,
    )


def _new_nodes(memory: Memory, name: str, count: int, steps: int, days: int) -> Nodes:
    values = memory.take(name, (count, len(MEASURES), steps), np.float32)
    return Nodes(values, np.zeros((count, days, len(ENERGY_SUMS))))


class Run:
    """One window of one community; the methods are its stages, called tile by tile in the order of time."""

    def __init__(
        self,
        community: Community,
        rules: Rules,
        window: Window,
        state: State,
        house_flow_limit: int,
        memory: Memory | None,
    ) -> None:
        _check(community, window, state)
        self._community, self._rules, self._window = community, rules, window
        self._bounds = _energy_bounds(community, rules)
        self._battery_kwh, self._reference_kwh = state.battery_kwh.copy(), state.reference_kwh.copy()
        self._car_kwh, self._heat_kwh = state.car_kwh.copy(), state.heat_kwh.copy()
        self._meters = pack_meters(community, rules, window, self._car_kwh, self._heat_kwh)
        houses, transformers, days = community.houses, community.transformers, window.day_offsets.size - 1
        self._memory = memory or Memory()
        self._houses = _new_nodes(self._memory, "houses", houses, window.steps, days)
        self._transformers = _new_nodes(self._memory, "transformers", transformers, window.steps, days)
        self._alone_kw = self._memory.take("alone", (houses, window.steps), np.float32)
        self._loss, self._worst = np.zeros((houses, days)), np.zeros(6)
        self._device_sums, self._fuel_cost = np.zeros((houses, days, DEVICE_SUMS)), np.zeros((houses, days))
        self._pools = _pools(community, rules, window.step_hours, house_flow_limit)
        self._books = Books(*(np.zeros((transformers, window.steps)) for _ in Books._fields))
        place, fee = places_in_transformer(community), window.signals.local_fee
        self._trading = open_trading(community, rules, window.signals, fee, place, transformers, window.steps, days)
        self._between = np.zeros_like(self._trading.floor.payments)
        self._stored = np.diff(self._meters.fleet.offsets).astype(np.float32)

    @property
    def _is_community(self) -> bool:
        # Also without any battery: a shard of a grid that has some must take the same steps as the whole grid.
        return self._rules.storage_strategy is StorageStrategy.COMMUNITY

    @property
    def _by_units(self) -> bool:
        """Whether all houses of a unit are served the same part."""
        alike = self._rules.allocation in _BY_UNITS and self._rules.rounding_decimals is None
        return alike and not self._is_community

    @property
    def _units(self) -> tuple[int, int]:
        return self._community.transformers, self._community.ranks + 1

    def open_tile(self, first_day: int, last_day: int) -> Tile:
        """The days of a tile, with scratch for them."""
        days = self._window.day_offsets
        start, stop = int(days[first_day]), int(days[last_day])
        cuts = days[first_day : last_day + 1] - start
        houses, units = (self._community.houses, stop - start), (*self._units, stop - start)
        return Tile(
            first_day,
            last_day,
            start,
            stop,
            cuts,
            self._memory.take("position", houses, np.float64),
            self._memory.take("residual", (0, 0) if self._by_units else houses, np.float64),
            self._memory.take("local_parts", units if self._by_units else (0, 0, 0), np.float64),
            self._memory.take("left", units, np.float64),
            self._memory.take("soc", houses if needs_soc(self._rules) else (0, stop - start), np.float64),
        )

    def _span(self, tile: Tile) -> Span:
        window = self._window
        return Span(tile.start, window.first_step + tile.start, tile.first_day, tile.cuts, window.step_hours)

    def share(self, tile: Tile) -> Left:
        """Own use, own storage and sharing inside every transformer; returns what is left."""
        loss = np.zeros((self._community.houses, tile.cuts.size - 1))
        if self._is_community:
            self._run_houses(tile, self._reference_kwh, tile.residual, tile.position, np.zeros_like(loss), loss)
            self._run_community(tile, loss)
        else:
            self._run_houses(tile, self._battery_kwh, tile.position, np.zeros((0, 0)), loss, loss)
        self._loss[:, tile.first_day : tile.last_day] = loss
        if self._by_units:
            share_units(self._pools, tile.position, tile.local_parts, tile.left, self._books, tile.start)
            return self._left(tile)
        if not self._is_community:
            self._share_houses(tile)
        collect_left(self._community.transformer_offsets, self._community.rank, tile.residual, tile.left)
        return self._left(tile)

    def _share_houses(self, tile: Tile) -> None:
        """Allocate house by house."""
        if not has_auctions(self._rules):
            work = self._memory.take("work", (2 * self._pools.ranks + 5, tile.steps), np.float64)
            share_pools(self._pools, tile.position, tile.residual, work, self._books, tile.start)
            return
        if needs_soc(self._rules):
            fill_soc(self._houses.values[:, SOC], self._bounds, self._stored, tile.soc, tile.start)
        clear_pools(
            self._pools,
            self._trading.bidders,
            self._trading.floor,
            tile.position,
            tile.residual,
            tile.soc,
            self._books,
            self._span(tile),
        )

    def _left(self, tile: Tile) -> Left:
        demand, supply, bought = (np.ascontiguousarray(book[:, tile.start : tile.stop]) for book in self._books)
        houses = tile.residual if has_auctions(self._rules) else np.zeros((0, tile.steps))
        return Left(tile.left, demand, supply, bought, houses, tile.soc)

    def empty_left(self) -> Left:
        """Room for what all tiles have left."""
        steps, houses = self._window.steps, self._community.houses
        books = [(self._community.transformers, steps)] * len(Books._fields)
        rows = [(houses * has_auctions(self._rules), steps), (houses * needs_soc(self._rules), steps)]
        shapes: list[tuple[int, ...]] = [(*self._units, steps), *books, *rows]
        return Left(*(np.empty(shape) for shape in shapes))

    def _run_houses(
        self, tile: Tile, energy: Float64, position: Float64, bare: Float64, loss: Float64, device_loss: Float64
    ) -> None:
        """Every house without a community; see `own.Results`."""
        results = Results(
            energy,
            self._houses.values,
            position,
            self._alone_kw,
            bare,
            loss,
            device_loss,
            self._device_sums,
            self._fuel_cost,
        )
        run_houses(self._meters, results, self._span(tile))

    def _run_community(self, tile: Tile, loss: Float64) -> None:
        """Every house with its neighbours; `_run_houses` has to run before. Losses are added to loss, float64[H, d]."""
        fleet = self._meters.fleet
        run_community(
            self._pools,
            self._trading.bidders,
            self._trading.floor,
            fleet.cells,
            fleet.offsets,
            self._meters.sources.inverter_kw,
            self._bounds,
            self._battery_kwh,
            self._houses.values,
            tile.position,
            tile.residual,
            tile.soc,
            self._books,
            self._span(tile),
            loss,
            Fuel(self._meters.plant, self._alone_kw, self._device_sums, self._fuel_cost),
        )

    def write(self, tile: Tile, settled: Handdown) -> None:
        """Measures and day sums; settled: of the tile's steps."""
        community = self._community
        if settled.payments.size > 0:
            self._between[:, tile.first_day : tile.last_day] = settled.payments
        write_tile(
            self._houses.values,
            self._houses.sums,
            self._transformers.values,
            tile.position,
            tile.residual,
            tile.local_parts,
            settled.parts,
            settled.lost_parts,
            settled.traded_kw,
            community.transformer_offsets,
            community.rank,
            self._bounds,
            tile.cuts + tile.start,
            tile.first_day,
            self._window.step_hours,
            self._worst,
        )

    def outcome(self, pool: GridPool, is_whole: bool) -> Outcome:
        """Everything about the window, once all its tiles are written. is_whole: the community is no shard."""
        window, offsets = self._window, self._community.transformer_offsets
        units = np.zeros((len(MEASURES), window.steps), np.int64)
        close_window(
            self._loss,
            self._device_sums,
            self._houses.sums,
            self._transformers.values,
            self._transformers.sums,
            units,
            offsets,
            window.day_offsets,
        )
        pairs = tuple(self._pairs(k) * window.step_hours for k in range(offsets.size - 1))
        return Outcome(
            self._houses,
            self._transformers,
            sum_up(units, self._transformers.sums, window.day_offsets, is_whole),
            units,
            self._alone_kw,
            self._fuel_cost,
            self._books.demand,
            self._books.supply,
            self._trading.floor.price,
            np.concatenate([self._trading.payments(window.step_hours), self._between], axis=2),
            pairs,
            pool,
            self._residuals(pool),
        )

    def _residuals(self, pool: GridPool) -> Residuals:
        hours = self._window.step_hours
        exact, rounded, imbalance, energy, local, between = (float(worst) for worst in self._worst)
        need = between if self._rules.left_over is LeftOver.PARTICIPANT else max(local, between)
        return Residuals(
            exact * hours, rounded * hours, max(imbalance * hours, pool.residual_kwh), energy, need * hours
        )

    def _pairs(self, k: int) -> Float64:
        part = self._pools.flows[self._pools.flow_offsets[k] : self._pools.flow_offsets[k + 1]]
        size = int(np.diff(self._community.transformer_offsets)[k]) if part.size else 0
        return part.reshape(size, size)

    def state(self) -> State:
        """The state after the window; only `community` lets the reference go its own way."""
        alike = self._rules.storage_strategy is not StorageStrategy.COMMUNITY
        reference = self._battery_kwh.copy() if alike else self._reference_kwh
        return State(self._battery_kwh, reference, self._car_kwh, self._heat_kwh)


def sum_up(units: Int64, transformer_sums: Float64, day_offsets: Int64, is_whole: bool) -> Nodes:
    """A grid or a shard from its units, int64[9, T], and its transformers' day sums, float64[K, D, 22].

    is_whole: what transformers trade between them is 0 on balance.
    """
    kept = units.copy()
    if is_whole:
        kept[MEASURES.index("shared_grid_kw")] = 0
    values = np.empty((1, *units.shape), np.float32)
    sums = np.zeros((1, day_offsets.size - 1, len(ENERGY_SUMS)))
    sum_grid(kept, np.ascontiguousarray(transformer_sums), values[0], sums[0], day_offsets)
    return Nodes(values, sums)


def _check(community: Community, window: Window, state: State) -> None:
    if window.load_kw.shape[0] != community.houses:
        raise ValueError(f"the window has {window.load_kw.shape[0]} houses, the community {community.houses}")
    devices = community.devices
    kinds = {
        "batteries": (state.battery_kwh, community.batteries.count),
        "cars": (state.car_kwh, devices.cars.count),
        "thermal devices": (state.heat_kwh, devices.thermals.count),
    }
    for kind, (energy, count) in kinds.items():
        if energy.size != count:
            raise ValueError(f"the state has {energy.size} {kind}, the community {count}")
