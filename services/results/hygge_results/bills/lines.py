"""The lines of a bill from the sums of a period: pure arithmetic, no database.

Amounts of costs are positive, those of revenues negative, so that the bill is the sum of its lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hygge_results.bills.schemas import BillLine

Sums = Mapping[str, float]
# Under this pricing a shared kWh is billed as an import and an export; what the community gives is the incentive.
UPSTREAM_PRICING = "upstream"


@dataclass(frozen=True, slots=True)
class Split:
    """Money of local trades inside the transformer and between transformers."""

    inside: float
    between: float


def bill_lines(sums: Sums, pricing: str, purchases: Split | None, sales: Split | None) -> list[BillLine]:
    """All lines, zeros too, in the order in which a bill shows them.

    purchases, sales: how the money of local trades divides; None where it can't be told, then one line holds both.
    """
    bought, sold = _shared(sums, "bought"), _shared(sums, "sold")
    is_upstream = pricing == UPSTREAM_PRICING
    imported = sums["imported_kwh"] + (bought if is_upstream else 0.0)
    exported = sums["exported_kwh"] + (sold if is_upstream else 0.0)
    return [
        _line("import", imported, sums["import_cost_eur"]),
        *([] if is_upstream else _local("purchase", "bought", sums, purchases)),
        _line("fees", None, sums["fees_eur"]),
        _line("fuel", sums["generator_kwh"], sums["fuel_cost_eur"]),
        _line("export", exported, sums["export_revenue_eur"], sign=-1),
        *([] if is_upstream else _local("sale", "sold", sums, sales, sign=-1)),
        _line("incentive", None, sums["incentive_eur"], sign=-1),
    ]


def _local(name: str, verb: str, sums: Sums, split: Split | None, *, sign: int = 1) -> list[BillLine]:
    if split is None:
        total = sums["purchase_cost_eur"] if name == "purchase" else sums["sale_revenue_eur"]
        return [_line(name, _shared(sums, verb), total, sign=sign)]
    return [
        _line(f"{name}_inside", sums[f"{verb}_local_kwh"], split.inside, sign=sign),
        _line(f"{name}_between", sums[f"{verb}_grid_kwh"], split.between, sign=sign),
    ]


def _shared(sums: Sums, verb: str) -> float:
    return sums[f"{verb}_local_kwh"] + sums[f"{verb}_grid_kwh"]


def _line(name: str, energy_kwh: float | None, money: float, *, sign: int = 1) -> BillLine:
    """A line of what is paid (sign 1) or received (−1); its price has the sign of the tariff."""
    price = money / energy_kwh if energy_kwh else None
    # `0.0 +` makes a plain zero of a negative one.
    return BillLine(name=name, energy_kwh=energy_kwh, price_eur_per_kwh=price, amount_eur=0.0 + sign * money)
