"""The core's public functions: one window of a whole grid, or of a shard with the grid's stage in between."""

import numpy as np

from hygge_engine.kernel.allocations import CODES, GREEDY, PRIORITY, Pools
from hygge_engine.kernel.memory import Memory
from hygge_engine.kernel.run import Run
from hygge_engine.kernel.stages import share_pools
from hygge_engine.kernel.types import Community, Float64, Handdown, Int64, Outcome, Rules, State, Window
from hygge_engine.kernel.upstream import divert_shared, limit_grid, limit_transformers, pool_positions

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
    sums up the shard, and its `grid_flows_kwh` are zero. house_flow_limit: pools with more houses keep no exact pairs
    under `greedy`. tile_steps has no influence on the outcome. memory: given, it holds the outcome's arrays, which
    are valid until it is used again. ValueError for arrays of the wrong shape.
    """
    if handdown is not None:
        _require_shape("parts", handdown.parts, (community.transformers, community.ranks + 1, 3, window.steps))
    run = Run(community, rules, window, state, house_flow_limit, memory)
    for first_day, last_day in _tiles(window.day_offsets, tile_steps or _tile_steps(community)):
        tile = run.open_tile(first_day, last_day)
        left = run.share(tile)
        if handdown is None:
            settled = settle_grid(community, rules, left, window.step_hours)
            run.add_grid_flows(settled)
            run.write(tile, settled.parts)
        else:
            run.write(tile, np.ascontiguousarray(handdown.parts[..., tile.start : tile.stop]))
    return run.outcome(handdown is None), run.state()


def window_left(
    community: Community, rules: Rules, window: Window, state: State, *, tile_steps: int | None = None
) -> tuple[Float64, State]:
    """First pass over a shard: what its houses have left after own storage and sharing inside each transformer.

    Returns float64[K, R+1, T] in kW (deficits by rank, surplus at index R), to be stacked over shards for
    `settle_grid`, and the state after the window, which the grid's stage does not change.
    """
    run = Run(community, rules, window, state, 0, None)
    left = np.empty((community.transformers, community.ranks + 1, window.steps))
    for first_day, last_day in _tiles(window.day_offsets, tile_steps or _tile_steps(community)):
        tile = run.open_tile(first_day, last_day)
        left[..., tile.start : tile.stop] = run.share(tile)
    return left, run.state()


def settle_grid(community: Community, rules: Rules, left: Float64, step_hours: float) -> Handdown:
    """The grid's stage: limits of transformers, the pool of transformers, limits of the grid.

    community: the whole grid. left: float64[K, R+1, W] in kW, from `window_left`.
    """
    shape = (community.transformers, community.ranks + 1)
    _require_shape("left", left, (*shape, left.shape[-1]))
    open_part, parts = np.empty_like(left), np.empty((*shape, 3, left.shape[2]))
    flows, imbalance_kw = np.zeros((shape[0], shape[0])), 0.0
    limit_transformers(left, open_part, parts, community.transformer_capacity_kw, community.is_island)
    if community.transformers > 1:
        imbalance_kw = _share_between(community, rules, left, open_part, parts, flows, step_hours)
    limit_grid(left, open_part, parts, community.import_limit_kw, community.export_limit_kw, community.is_island)
    return Handdown(parts, flows * step_hours, float(imbalance_kw) * step_hours)


def _share_between(
    community: Community,
    rules: Rules,
    left: Float64,
    open_part: Float64,
    parts: Float64,
    flows: Float64,
    step_hours: float,
) -> float:
    """Allocate between transformers; under `priority` each takes part by rank. Returns the imbalance in kW."""
    code, count = CODES[rules.allocation], community.transformers
    each = community.ranks if code == PRIORITY else 1
    position = np.empty((count * each, left.shape[2]))
    residual = np.empty_like(position)
    pool_positions(left, open_part, position)
    pools = Pools(
        code,
        np.array([0, count * each]),
        np.tile(np.arange(each), count),
        each,
        np.repeat(_transformer_keys(community), each),
        rules.minimum_kw(step_hours),
        flows.reshape(-1),
        np.array([0, flows.size if code == GREEDY else 0]),
    )
    share_pools(pools, position, residual, np.empty((2 * each + 5, left.shape[2])))
    return divert_shared(open_part, parts, position, residual)


def _transformer_keys(community: Community) -> Float64:
    """A transformer's key is its part of all houses' keys."""
    house_transformer = np.repeat(np.arange(community.transformers), np.diff(community.transformer_offsets))
    keys: Float64 = np.bincount(house_transformer, community.sharing_key, community.transformers).astype(np.float64)
    return keys / max(float(keys.sum()), np.finfo(np.float64).tiny)


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
    return tiles
