"""Small compiled helpers for numbers.

`larger` and `smaller` are written out because numba's own `max` and `min` look for nan first, which costs more than the
comparison itself.
"""

from hygge_engine.kernel.compiled import compiled

_DUST = 1e-12


@compiled
def larger(a: float, b: float) -> float:
    """The larger of two numbers."""
    return a if a > b else b


@compiled
def smaller(a: float, b: float) -> float:
    """The smaller of two numbers."""
    return a if a < b else b


@compiled
def part_of(amount: float, total: float) -> float:
    """amount / total in [0, 1]; 0 of an empty total. All but a 10⁻¹² is all, and less than a 10⁻¹² is nothing.

    Sums of the same numbers in another order differ in their last bits; such a difference is neither unserved load nor
    surplus.
    """
    part = amount / total if total > 0.0 else 0.0
    part = 1.0 if part > 1.0 - _DUST else part
    return part if part > _DUST else 0.0
