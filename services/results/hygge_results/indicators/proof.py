"""What a run's proof is judged by: every limit stands here.

The engine keeps, over all steps, houses and pools, the worst violation of what must hold and sends it at close.
Energies are those of one step; float32 rounding of a step's flows stays far below the limit, a wrong formula does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from hygge_results.indicators.schemas import ProofEntry, ProofOut

ENERGY_LIMIT_KWH = 1e-6
# A float32 has 24 binary digits: what is stored of a power is off by up to 2**-24 of it, and by twice that where two
# flows of a balance are. It exceeds the limit above from about 30 kW in an hour on.
ROUNDING = 2.0**-23
# Sums of money grow with the community and the run, and so does the rounding in them.
MONEY_LIMIT = 1e-6
MONEY_LIMIT_PER_TURNOVER = 1e-6
# The power flow is solved to 1e-8 of its base power.
POWER_LIMIT_KW = 1e-2


@dataclass(frozen=True, slots=True)
class Check:
    """An entry of the proof: its unit, meaning and limit; `is_money`: the limit grows with the run's turnover;
    `is_stored`: with the largest energy that a house moves in a step.
    """

    unit: str
    meaning: str
    is_money: bool = False
    is_stored: bool = False
    largest: float = ENERGY_LIMIT_KWH

    def limit(self, turnover: float, step_kwh: float) -> float:
        """The largest value that is fine in a run with such a turnover and so much energy in a house's step."""
        if self.is_money:
            return MONEY_LIMIT_PER_TURNOVER * turnover + MONEY_LIMIT
        return max(self.largest, ROUNDING * step_kwh) if self.is_stored else self.largest


CHECKS: dict[str, Check] = {
    "energy_residual_kwh": Check("kWh", "a house's energy balance in a step, as computed"),
    "rounded_residual_kwh": Check("kWh", "the same of the stored float32 series", is_stored=True),
    "pool_residual_kwh": Check("kWh", "bought minus sold in a pool in a step"),
    "money_residual": Check("EUR", "paid minus received for local energy", is_money=True),
    "soc_violation_kwh": Check("kWh", "energy of a battery outside its bounds"),
    "need_violation_kwh": Check("kWh", "bought beyond a house's deficit or sold beyond its surplus"),
    "network_residual_kw": Check("kW", "source minus houses minus losses in the power flow", largest=POWER_LIMIT_KW),
    "network_unsolved_steps": Check("1", "steps whose power flow did not converge", largest=0.0),
}


def judged(proof: Mapping[str, Any] | None, currency: str, turnover: float, step_kwh: float = 0.0) -> ProofOut | None:
    """A stored proof with unit, limit and verdict for each entry; None where there is none.

    turnover: money paid and received; step_kwh: the largest energy that a house takes or gives in a step.

    Entries that this version does not know are shown as they are, without a verdict.
    """
    if proof is None:
        return None
    names = [name for name in CHECKS if name in proof] + sorted(set(proof) - set(CHECKS))
    entries = {name: _entry(name, proof[name], currency, turnover, step_kwh) for name in names}
    verdicts = [entry.ok for entry in entries.values() if entry.ok is not None]
    return ProofOut(ok=all(verdicts) if verdicts else None, entries=entries)


def _entry(name: str, value: Any, currency: str, turnover: float, step_kwh: float) -> ProofEntry:
    check = CHECKS.get(name)
    if check is None:
        return ProofEntry(value=value, unit=None, limit=None, ok=None)
    limit = check.limit(turnover, step_kwh)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return ProofEntry(
        value=value, unit=check.unit.replace("EUR", currency), limit=limit, ok=is_number and value <= limit
    )
