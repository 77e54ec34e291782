"""Small compiled helpers for numbers.

`larger` and `smaller` are written out because numba's own `max` and `min` look for nan first, which costs more than the
comparison itself.
"""

import numpy as np

from hygge_engine.compiled import compiled

_DUST = 1e-12
# Nearer than this to a whole number of rounding units is that number: the difference is a rounding error.
_UNIT_DUST = 1e-6


@compiled
def larger(a: float, b: float) -> float:
    """The larger of two numbers."""
    return a if a > b else b


@compiled
def smaller(a: float, b: float) -> float:
    """The smaller of two numbers."""
    return a if a < b else b


@compiled
def truncated(power: float, unit_kw: float) -> float:
    """The whole units in a power, both in kW and not negative; a power that has only whole units stays as it is."""
    units = power / unit_kw
    whole = np.floor(units + _UNIT_DUST)
    return power if units - whole <= _UNIT_DUST else whole * unit_kw


@compiled
def part_of(amount: float, total: float) -> float:
    """amount / total in [0, 1]; 0 of an empty total. All but a 10⁻¹² is all, and less than a 10⁻¹² is nothing.

    Sums of the same numbers in another order differ in their last bits; such a difference is neither unserved load nor
    surplus.
    """
    part = amount / total if total > 0.0 else 0.0
    part = 1.0 if part > 1.0 - _DUST else part
    return part if part > _DUST else 0.0
