"""The core's public functions: one window of a whole grid, or of a shard with the grid's stage in between."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hygge_engine.kernel.devices import Signals
from hygge_engine.kernel.exchange import GridPool, Handdown, Left
from hygge_engine.kernel.grid import GridStage
from hygge_engine.kernel.memory import Memory
from hygge_engine.kernel.options import Rules
from hygge_engine.kernel.run import Run, Tile, sum_up
from hygge_engine.kernel.state import State
from hygge_engine.kernel.types import MEASURES, Community, Float64, Int64, Nodes, Outcome, Window

_TILE_VALUES = 4_000_000


def run_window(
    community: Community,
    rules: Rules,
    window: Window,
    state: State,
    *,
    handdown: Handdown | None = None,
    house_flow_limit: int = 2000,
    tile_steps: int | None = None,
    memory: Memory | None = None,
) -> tuple[Outcome, State]:
    """Simulate one window; returns its outcome and the state after it.

    handdown: given, `community` is a shard and this is its part of `settle_grid`'s answer; the outcome's `grid` then
    sums up the shard. house_flow_limit: pools with more houses keep no exact pairs, and grids with more transformers no
    flows between them. tile_steps has no influence on the outcome. memory: given, it holds the outcome's arrays, which
    are valid until it is used again. ValueError for arrays of the wrong shape.
    """
    if handdown is not None:
        shape = (community.transformers, community.ranks + 1, 3, window.steps)
        _require_shape("parts", handdown.parts, shape)
    run = Run(community, rules, window, state, house_flow_limit, memory)
    stage = GridStage(community, rules, window.step_hours, window.signals, house_flow_limit)
    pools: list[GridPool] = []
    for first_day, last_day in _tiles(window.day_offsets, tile_steps or _tile_steps(community)):
        tile = run.open_tile(first_day, last_day)
        left = run.share(tile)
        if handdown is None:
            settled = stage.settle(left, window.first_step + tile.start, tile.cuts)
            pools.append(settled.pool)
        else:
            settled = _part_of(handdown, tile)
        run.write(tile, settled)
    pool = handdown.pool if handdown is not None else GridPool.join(pools, stage.flows_kwh)
    return run.outcome(pool, is_whole=handdown is None), run.state()


def window_left(
    community: Community, rules: Rules, window: Window, state: State, *, tile_steps: int | None = None
) -> tuple[Left, State]:
    """First pass over a shard: what its houses have left after own storage and sharing inside each transformer.

    Returns that, to be stacked over shards for `settle_grid`, and the state after the window, which the grid's stage
    does not change.
    """
    run = Run(community, rules, window, state, 0, None)
    whole = run.empty_left()
    for first_day, last_day in _tiles(window.day_offsets, tile_steps or _tile_steps(community)):
        tile = run.open_tile(first_day, last_day)
        part = run.share(tile)
        for name in Left.__slots__:
            getattr(whole, name)[..., tile.start : tile.stop] = getattr(part, name)
    return whole, run.state()


def settle_grid(
    community: Community,
    rules: Rules,
    left: Left,
    *,
    step_hours: float,
    first_step: int,
    signals: Signals,
    day_offsets: Int64,
    flow_limit: int = 2000,
) -> Handdown:
    """The grid's stage of one window: limits of transformers, the pool of transformers, limits of the grid.

    community: the whole grid. left: of all its houses. first_step, signals, day_offsets: as of `Window`. flow_limit:
    with more transformers no flows between them are kept. ValueError for arrays of the wrong shape.
    """
    steps = int(day_offsets[-1])
    _require_shape("left", left.units, (community.transformers, community.ranks + 1, steps))
    stage = GridStage(community, rules, step_hours, signals, flow_limit)
    settled = stage.settle(left, first_step, day_offsets)
    return replace(settled, pool=GridPool.join([settled.pool], stage.flows_kwh))


def close_grid(units: Sequence[Int64], transformer_sums: Float64, day_offsets: Int64) -> Nodes:
    """The grid's own values and day sums, from those of all its parts.

    units: int64[9, T] of every shard, see `Outcome.grid_units`. transformer_sums: float64[K, D, 22] of all transformers
    in their order. What houses trade between transformers is 0 in the grid. The outcome of any grouping is the same.
    """
    total = np.zeros((len(MEASURES), int(day_offsets[-1])), np.int64)
    for part in units:
        total += part
    return sum_up(total, transformer_sums, day_offsets, is_whole=True)


def _part_of(handdown: Handdown, tile: Tile) -> Handdown:
    """The steps and days of a tile."""
    steps, days = slice(tile.start, tile.stop), slice(tile.first_day, tile.last_day)
    return Handdown(
        np.ascontiguousarray(handdown.parts[..., steps]),
        np.ascontiguousarray(handdown.lost_parts[..., steps]),
        np.ascontiguousarray(handdown.traded_kw[:, steps]),
        np.ascontiguousarray(handdown.payments[:, days]),
        handdown.pool,
    )


def _require_shape(name: str, array: Float64, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}")


def _tile_steps(community: Community) -> int:
    """Long tiles are fast, because memory is read ahead; their scratch takes 20 bytes a house and step."""
    return max(768, _TILE_VALUES // max(community.houses, 1))


def _tiles(days: Int64, tile_steps: int) -> list[tuple[int, int]]:
    """Ranges of days with about `tile_steps` steps."""
    tiles, first = [], 0
    for day in range(1, days.size):
        if days[day] - days[first] >= tile_steps or day == days.size - 1:
            tiles.append((first, day))
            first = day
    return tiles or [(0, 0)]
