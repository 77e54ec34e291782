"""The summary of a run as rows of a table for people."""

from typing import Any

# Words that read better than the field's name; every other indicator is shown under its field's name.
LABELS = {
    "self_consumption_rate": "Self-consumption",
    "self_sufficiency_rate": "Self-sufficiency",
    "local_coverage_rate": "Local coverage",
    "quality_of_service": "Quality of service",
    "load_kwh": "Load",
    "generation_kwh": "Generation",
    "own_use_kwh": "Own use",
    "storage_loss_kwh": "Lost in storage",
    "bought_local_kwh": "Shared inside transformers",
    "bought_grid_kwh": "Shared between transformers",
    "imported_kwh": "Imported",
    "exported_kwh": "Exported",
    "curtailed_kwh": "Curtailed",
    "unserved_kwh": "Unserved",
    "import_peak_kw": "Import peak",
    "export_peak_kw": "Export peak",
    "load_peak_kw": "Load peak",
    "loading_max_percent": "Highest loading",
    "full_cycles": "Full storage cycles",
    "mean_local_price_eur_per_kwh": "Mean local price",
    "bill_eur": "Bill",
    "reference_bill_eur": "Bill without community",
    "saving_eur": "Saving",
    "saving_rate": "Saving rate",
    "co2_kg": "CO2 of imports",
    "gini_savings": "Gini of savings",
    "jain_savings": "Jain of savings",
}
# Not shown in the demo's table: parts of what is shown.
HIDDEN = {
    "own_self_consumption_rate", "self_consumption_rate_with_losses", "own_self_sufficiency_rate",
    "own_charge_kwh", "own_discharge_kwh", "sold_local_kwh", "sold_grid_kwh", "import_cost_eur", "export_revenue_eur",
    "purchase_cost_eur", "sale_revenue_eur", "reference_cost_eur", "hours", "savings_lifted_by_eur",
    "jain_quality_of_service", "worst_quality_of_service", "participation_rate",
}  # fmt: skip


def rows(summary: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(label, value, unit) of each indicator that has a value; energies in MWh where they are large."""
    values = {**summary["indicators"], **summary["fairness"]}
    shown = [name for name, value in values.items() if value is not None and name not in HIDDEN]
    return [
        (LABELS.get(name, _words(name)), *_readable(values[name], summary["units"].get(name, ""))) for name in shown
    ]


def _words(name: str) -> str:
    for suffix in ("_eur_per_kwh", "_kwh", "_kw", "_eur", "_kg", "_percent", "_rate"):
        name = name.removesuffix(suffix)
    return name.replace("_", " ").capitalize()


def _readable(value: float | str, unit: str) -> tuple[str, str]:
    if isinstance(value, str):
        return value.replace("T", " ").removesuffix("Z"), unit
    if unit == "kWh" and abs(value) >= 10_000:
        return f"{value / 1000:,.1f}", "MWh"
    if unit == "1":
        return f"{value:.3f}", ""
    decimals = 4 if "/" in unit else 1
    return f"{value:,.{decimals}f}", unit
