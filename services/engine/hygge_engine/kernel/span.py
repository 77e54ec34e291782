"""Where in the run a tile is, and what devices note by day."""

from typing import NamedTuple

from hygge_engine.kernel.types import Int64

# Columns of the day sums that devices fill, in the order of ENERGY_SUMS from `driven_kwh` on.
DRIVEN, EV_SHORTFALL, HEAT, UNMET_HEAT, GENERATOR, CLIPPED = range(6)


class Span(NamedTuple):
    """Some whole days of a window.

    begin: the first step's place in the window. first_step: its place in the run. first_day: the first day's place in
    the window. cuts: int64[d+1], the columns `cuts[n]:cuts[n+1]` are day n. step_hours: Δ.
    """

    begin: int
    first_step: int
    first_day: int
    cuts: Int64
    step_hours: float
