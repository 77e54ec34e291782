"""Behind the meter: own use and own storage of every house, without anybody else."""

from typing import NamedTuple

import numpy as np

from hygge_engine.kernel.batteries import run_four, run_one
from hygge_engine.kernel.compiled import compiled, entry_point
from hygge_engine.kernel.parts import smaller
from hygge_engine.kernel.types import GENERATION, LOAD, SOC, Float32, Float64, Int64


class Sources(NamedTuple):
    """Load and available generation, float32[H, T] in kW, and the inverters' limits, float32[H] in kW."""

    load: Float32
    generation: Float32
    inverter_kw: Float32


@compiled
def _open_house(sources: Sources, values: Float32, position: Float64, begin: int, i: int) -> None:
    """Copy the load, limit generation by the inverter, and start with the position of a house without storage."""
    end = begin + position.shape[1]
    limit, available, wanted = sources.inverter_kw[i], sources.generation[i, begin:end], sources.load[i, begin:end]
    made, row = values[i, GENERATION, begin:end], position[i]
    values[i, LOAD, begin:end] = wanted
    values[i, SOC, begin:end] = 0.0
    for t in range(available.size):
        made[t] = smaller(available[t], limit)
    for t in range(row.size):
        row[t] = np.float64(wanted[t]) - np.float64(made[t])


@compiled
def _store_alone(position: Float64, alone: Float32, begin: int, i: int) -> None:
    """Keep what the meter of the house shows as long as there is no community."""
    row, kept = position[i], alone[i, begin : begin + position.shape[1]]
    for t in range(row.size):
        kept[t] = row[t]


@entry_point
def run_houses(
    sources: Sources,
    cells: Float64,
    house: Int64,
    jobs: Int64,
    levels: Int64,
    idle: Int64,
    energy: Float64,
    values: Float32,
    position: Float64,
    alone: Float32,
    begin: int,
    loss: Float64,
    cuts: Int64,
    step_hours: float,
) -> None:
    """Own use, then every battery against its own house's position: surplus charges, deficit discharges.

    cells, house, jobs, levels, idle: see `Fleet`. energy: float64[B], kWh, carried along. values: float32[H, 9, T], of
    which LOAD, GENERATION and SOC are filled from step `begin` on. position: float64[H, W] and alone: float32[H, T],
    meter positions after storage in kW. cuts: int64[d+1]; the columns `cuts[n]:cuts[n+1]` of the tile are day n. loss:
    float64[H, d], to which losses are added, in kWh.

    A battery's next step waits for its last one, so four batteries run side by side to keep the processor busy; and
    houses are opened just before, to be still in its cache.
    """
    for i in idle:
        _open_house(sources, values, position, begin, i)
        _store_alone(position, alone, begin, i)
    for level in range(levels.size - 1):
        for first in range(levels[level], levels[level + 1], 4):
            some = jobs[first : min(first + 4, levels[level + 1])]
            if level == 0:
                for battery in some:
                    _open_house(sources, values, position, begin, house[battery])
            if some.size == 4:
                run_four(cells, house, some, energy, position, values, begin, loss, cuts, step_hours)
            else:
                for battery in some:
                    run_one(cells, house, battery, energy, position, values, begin, loss, cuts, step_hours)
            for battery in some:
                _store_alone(position, alone, begin, house[battery])
