"""A window on its way through the stages: the packed community, the arrays to fill, the energy carried along."""

from dataclasses import dataclass

import numpy as np

from hygge_engine.kernel.allocations import CODES, Pools
from hygge_engine.kernel.batteries import pack_fleet
from hygge_engine.kernel.community_storage import run_community
from hygge_engine.kernel.memory import Memory
from hygge_engine.kernel.own import Sources, run_houses
from hygge_engine.kernel.stages import close_window, collect_left, share_pools, share_units, write_tile
from hygge_engine.kernel.types import (
    ENERGY_SUMS,
    MEASURES,
    Allocation,
    Batteries,
    Community,
    Float32,
    Float64,
    Handdown,
    Int64,
    Nodes,
    Outcome,
    Residuals,
    Rules,
    State,
    StorageStrategy,
    Window,
)

_BY_UNITS = (Allocation.NONE, Allocation.PROPORTIONAL, Allocation.PRIORITY)


@dataclass(frozen=True, slots=True)
class Tile:
    """Some whole days of a window and the scratch for them; W = stop − start.

    cuts: int64[d+1], columns at which days begin. position, residual: float64[H, W], kW before and after sharing
    inside the transformers. local_parts: float64[K, R+1, W], where it stands for residual; see `stages.share_units`.
    One of the two is empty. left: float64[K, R+1, W], kW that units have left.
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


def _rounded_down(values: Float64) -> Float32:
    """The largest float32 that is not above, so that a limit is kept after rounding."""
    rounded = values.astype(np.float32)
    return np.where(rounded > values, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def _energy_bounds(community: Community) -> Float32:
    """Least and largest energy of each house's storage in kWh, float32[2, H]."""
    batteries = community.batteries
    house = np.repeat(np.arange(community.houses), np.diff(batteries.offsets))
    bounds = [
        np.bincount(house, weights=soc * batteries.capacity_kwh, minlength=community.houses)
        for soc in (batteries.min_soc, batteries.max_soc)
    ]
    return np.stack(bounds).astype(np.float32)


def _pools(community: Community, rules: Rules, step_hours: float, house_flow_limit: int) -> Pools:
    """The transformers as pools; exact pairs are kept by `greedy` only, and not for large pools."""
    sizes = np.diff(community.transformer_offsets)
    kept = (sizes <= house_flow_limit) & (rules.allocation is Allocation.GREEDY)
    flow_offsets = np.concatenate([[0], np.cumsum(np.where(kept, sizes * sizes, 0))]).astype(np.int64)
    return Pools(
        CODES[rules.allocation],
        community.transformer_offsets,
        community.rank,
        community.ranks,
        community.sharing_key,
        rules.minimum_kw(step_hours),
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
        used = community.batteries if self._has_storage else Batteries.none(community.houses)
        self._fleet = pack_fleet(used, window.step_hours)
        self._sources = Sources(window.load_kw, window.generation_kw, _rounded_down(community.inverter_kw))
        self._bounds = _energy_bounds(community) * np.float32(self._has_storage)
        self._energy, self._reference = state.energy_kwh.copy(), state.reference_energy_kwh.copy()
        houses, transformers, days = community.houses, community.transformers, window.day_offsets.size - 1
        self._memory = memory or Memory()
        self._houses = _new_nodes(self._memory, "houses", houses, window.steps, days)
        self._transformers = _new_nodes(self._memory, "transformers", transformers, window.steps, days)
        self._alone_kw = self._memory.take("alone", (houses, window.steps), np.float32)
        self._loss, self._worst = np.zeros((houses, days)), np.zeros(4)
        self._pools = _pools(community, rules, window.step_hours, house_flow_limit)
        self._grid_flows = np.zeros((transformers, transformers))

    @property
    def _has_storage(self) -> bool:
        return self._rules.storage_strategy is not StorageStrategy.NONE and self._community.batteries.count > 0

    @property
    def _is_community(self) -> bool:
        return self._has_storage and self._rules.storage_strategy is StorageStrategy.COMMUNITY

    @property
    def _by_units(self) -> bool:
        """Whether all houses of a unit are served the same part."""
        return self._rules.allocation in _BY_UNITS and not self._is_community

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
        )

    def share(self, tile: Tile) -> Float64:
        """Own use, own storage and sharing inside every transformer; returns what units have left, in kW."""
        if self._is_community:
            self._run_houses(tile, self._reference, tile.residual)
            self._keep_loss(tile, self._run_community(tile))
        else:
            self._keep_loss(tile, self._run_houses(tile, self._energy, tile.position))
        if self._by_units:
            share_units(self._pools, tile.position, tile.local_parts, tile.left)
            return tile.left
        if not self._is_community:
            work = self._memory.take("work", (2 * self._pools.ranks + 5, tile.stop - tile.start), np.float64)
            share_pools(self._pools, tile.position, tile.residual, work)
        collect_left(self._pools, tile.residual, tile.left)
        return tile.left

    def _keep_loss(self, tile: Tile, loss: Float64) -> None:
        self._loss[:, tile.first_day : tile.last_day] = loss

    def _run_houses(self, tile: Tile, energy: Float64, position: Float64) -> Float64:
        """Every house without a community; returns its batteries' losses, float64[H, d] in kWh."""
        fleet, loss = self._fleet, np.zeros((self._community.houses, tile.cuts.size - 1))
        run_houses(
            self._sources,
            fleet.cells,
            fleet.house,
            fleet.jobs,
            fleet.levels,
            fleet.idle,
            energy,
            self._houses.values,
            position,
            self._alone_kw,
            tile.start,
            loss,
            tile.cuts,
            self._window.step_hours,
        )
        return loss

    def _run_community(self, tile: Tile) -> Float64:
        """Every house with its neighbours; returns losses like `_run_houses`, which has to run before."""
        fleet, loss = self._fleet, np.zeros((self._community.houses, tile.cuts.size - 1))
        run_community(
            self._pools,
            fleet.cells,
            fleet.offsets,
            self._sources.inverter_kw,
            self._energy,
            self._houses.values,
            tile.position,
            tile.residual,
            tile.start,
            loss,
            tile.cuts,
            self._window.step_hours,
        )
        return loss

    def add_grid_flows(self, settled: Handdown) -> None:
        """Note what the grid's stage says beside the parts."""
        self._grid_flows += settled.flows_kwh
        self._worst[2] = max(self._worst[2], settled.residual_kwh / self._window.step_hours)

    def write(self, tile: Tile, parts: Float64) -> None:
        """Measures and day sums; parts: float64[K, R+1, 3, W]."""
        community = self._community
        write_tile(
            self._houses.values,
            self._houses.sums,
            self._transformers.values,
            tile.position,
            tile.residual,
            tile.local_parts,
            parts,
            community.transformer_offsets,
            community.rank,
            self._bounds,
            tile.cuts + tile.start,
            tile.first_day,
            self._window.step_hours,
            self._worst,
        )

    def outcome(self, is_whole: bool) -> Outcome:
        """Everything about the window, once all its tiles are written. is_whole: the community is no shard."""
        window, offsets = self._window, self._community.transformer_offsets
        grid = _new_nodes(self._memory, "grid", 1, window.steps, window.day_offsets.size - 1)
        close_window(
            self._loss,
            self._houses.sums,
            self._transformers.values,
            self._transformers.sums,
            grid.values,
            grid.sums,
            offsets,
            window.day_offsets,
            is_whole,
        )
        exact, rounded, pool, energy = (float(worst) for worst in self._worst)
        hours = window.step_hours
        residuals = Residuals(exact * hours, rounded * hours, pool * hours, energy)
        pairs = tuple(self._pairs(k) * hours for k in range(offsets.size - 1))
        return Outcome(self._houses, self._transformers, grid, self._alone_kw, pairs, self._grid_flows, residuals)

    def _pairs(self, k: int) -> Float64:
        part = self._pools.flows[self._pools.flow_offsets[k] : self._pools.flow_offsets[k + 1]]
        size = int(np.diff(self._community.transformer_offsets)[k]) if part.size else 0
        return part.reshape(size, size)

    def state(self) -> State:
        """The state after the window; only `community` lets the reference go its own way."""
        if self._rules.storage_strategy is StorageStrategy.COMMUNITY:
            return State(self._energy, self._reference)
        return State(self._energy, self._energy.copy())


def _check(community: Community, window: Window, state: State) -> None:
    if window.load_kw.shape[0] != community.houses:
        raise ValueError(f"the window has {window.load_kw.shape[0]} houses, the community {community.houses}")
    if state.energy_kwh.size != community.batteries.count:
        raise ValueError(f"the state has {state.energy_kwh.size} batteries, the community {community.batteries.count}")
