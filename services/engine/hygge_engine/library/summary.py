"""The main indicators of a run from the grid's sums; names, formulas and sources are those of docs/indicators.md."""

from collections.abc import Mapping

# Sums that a summary shows as they are.
SHOWN = (
    "load_kwh",
    "generation_kwh",
    "imported_kwh",
    "exported_kwh",
    "curtailed_kwh",
    "unserved_kwh",
    "clipped_kwh",
    "charge_kwh",
    "discharge_kwh",
    "storage_loss_kwh",
    "driven_kwh",
    "ev_shortfall_kwh",
    "heat_kwh",
    "unmet_heat_kwh",
    "generator_kwh",
    "import_peak_kw",
    "export_peak_kw",
    "fees_eur",
    "fuel_cost_eur",
    "incentive_eur",
    "co2_kg",
)


def summary_of(sums: Mapping[str, float]) -> dict[str, float | None]:
    """Energies in kWh, peaks in kW, money in the grid's currency, rates in [0, 1], None where they are undefined."""
    consumption = sums["load_kwh"] + sums["driven_kwh"]
    served = max(consumption - sums["imported_kwh"] - sums["unserved_kwh"], 0.0)
    kept = sums["generation_kwh"] - sums["exported_kwh"] - sums["curtailed_kwh"] - sums["storage_loss_kwh"]
    used = min(max(served, sums["own_use_kwh"]), max(kept, sums["own_use_kwh"]))
    shared = sums["bought_local_kwh"] + sums["bought_grid_kwh"]
    cost = sums["import_cost_eur"] + sums["purchase_cost_eur"] + sums["fees_eur"] + sums["fuel_cost_eur"]
    revenue = sums["export_revenue_eur"] + sums["sale_revenue_eur"] + sums["incentive_eur"]
    return {
        **{name: sums[name] for name in SHOWN},
        "shared_kwh": shared,
        "self_consumption_rate": _rate(used, sums["generation_kwh"]),
        "self_sufficiency_rate": _rate(served, consumption),
        "local_coverage_rate": _rate(shared, shared + sums["imported_kwh"] + sums["unserved_kwh"]),
        "bill_eur": cost - revenue,
        "reference_bill_eur": sums["reference_cost_eur"],
        "saving_eur": sums["reference_cost_eur"] - (cost - revenue),
    }


def _rate(part: float, whole: float) -> float | None:
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else None
