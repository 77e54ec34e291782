"""What the batteries of a house shall do under strategies that follow more than the house's own position.

All are one wanted power per house and step, which the house's batteries serve in declared order, as far as they can.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.options import StorageControl, StorageStrategy
from hygge_engine.kernel.parts import larger, smaller
from hygge_engine.kernel.span import Span
from hygge_engine.kernel.types import Float32, Float64, Window

OWN, TIME_OF_USE, PEAK_SHAVING, SCHEDULED = range(4)

_CODES = {
    StorageStrategy.TIME_OF_USE: TIME_OF_USE,
    StorageStrategy.PEAK_SHAVING: PEAK_SHAVING,
    StorageStrategy.SCHEDULED: SCHEDULED,
}


class Control(NamedTuple):
    """A run's strategy, ready for compiled code.

    code: one of the above; OWN stands for all strategies that follow the house's own position. The limits: see
    `StorageControl`. price: float64[N], of an imported kWh by step of the run. schedule: float32[H, T], kW, + charges,
    or float32[0, 0] where there is none.
    """

    code: int
    charge_below: float
    discharge_above: float
    peak_limit_kw: float
    recharge_below_kw: float
    price: Float64
    schedule: Float32


def pack_control(strategy: StorageStrategy, limits: StorageControl, window: Window) -> Control:
    """The run's strategy in this window."""
    schedule = np.zeros((0, 0), np.float32) if window.schedule_kw is None else window.schedule_kw
    return Control(
        _CODES.get(strategy, OWN),
        limits.charge_below,
        limits.discharge_above,
        limits.peak_limit_kw,
        limits.recharge_below_kw,
        np.ascontiguousarray(window.signals.import_price),
        schedule,
    )


@compiled
def _by_price(control: Control, price: float, position_kw: float) -> float:
    """`time_of_use`: all that fits while cheap; the own deficit while dear; the own surplus always."""
    if price < control.charge_below:
        return np.inf
    return -position_kw if price > control.discharge_above else larger(-position_kw, 0.0)


@compiled
def _by_peak(control: Control, position_kw: float) -> float:
    """`peak_shaving`: down to the limit from above, up to the lower limit from below; the own surplus always."""
    if position_kw > control.peak_limit_kw:
        return control.peak_limit_kw - position_kw
    return larger(larger(control.recharge_below_kw - position_kw, -position_kw), 0.0)


@compiled
def _by_schedule(scheduled_kw: float, position_kw: float, inverter_kw: float) -> float:
    """`scheduled`: what is given, but no more than the house may feed out."""
    return larger(scheduled_kw, smaller(-inverter_kw - position_kw, 0.0))


@compiled
def want_power(control: Control, i: int, inverter_kw: float, position: Float64, wish: Float64, span: Span) -> None:
    """Fill `wish`, float64[W], with minus the power that batteries of house i shall take, as `advance` wants it.

    position: float64[W], kW of the house without its batteries. inverter_kw: the most that it may feed out.
    """
    if control.code == TIME_OF_USE:
        price = control.price[span.first_step : span.first_step + position.size]
        for t in range(position.size):
            wish[t] = -_by_price(control, price[t], position[t])
    elif control.code == PEAK_SHAVING:
        for t in range(position.size):
            wish[t] = -_by_peak(control, position[t])
    elif control.schedule.size > 0:
        given = control.schedule[i, span.begin : span.begin + position.size]
        for t in range(position.size):
            wish[t] = -_by_schedule(np.float64(given[t]), position[t], inverter_kw)
    else:
        wish[:] = 0.0
