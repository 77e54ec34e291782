"""Names and units of all indicators, in the order in which answers list them. `docs/indicators.md` explains each."""

from hygge_core.node_days import SUMS

RATE = "1"

UNITS: dict[str, str] = {
    "self_consumption_rate": RATE,
    "own_self_consumption_rate": RATE,
    "self_consumption_rate_with_losses": RATE,
    "self_sufficiency_rate": RATE,
    "own_self_sufficiency_rate": RATE,
    "local_coverage_rate": RATE,
    "energy_balance_index": RATE,
    "quality_of_service": RATE,
    **{quantity.name: quantity.unit for quantity in SUMS},
    "import_peak_at": "UTC",
    "export_peak_at": "UTC",
    "load_peak_kw": "kW",
    "load_peak_at": "UTC",
    "load_factor": RATE,
    "peak_to_average": RATE,
    "loading_max_percent": "%",
    "hours_above_80_percent": "h",
    "hours_above_100_percent": "h",
    "full_cycles": RATE,
    "mean_local_price_eur_per_kwh": "EUR/kWh",
    "cost_eur": "EUR",
    "revenue_eur": "EUR",
    "bill_eur": "EUR",
    "reference_bill_eur": "EUR",
    "saving_eur": "EUR",
    "saving_rate": RATE,
    "hours": "h",
}

# Over the houses of the run; part of the summary.
FAIRNESS_UNITS: dict[str, str] = {
    "gini_savings": RATE,
    "jain_savings": RATE,
    "savings_lifted_by_eur": "EUR",
    "participation_rate": RATE,
    "worst_quality_of_service": RATE,
    "jain_quality_of_service": RATE,
}


def in_currency(units: dict[str, str], currency: str) -> dict[str, str]:
    """The units with the run's currency in the place of the glossary's EUR."""
    return {name: unit.replace("EUR", currency) for name, unit in units.items()}
