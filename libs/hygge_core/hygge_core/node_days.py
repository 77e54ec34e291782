"""The columns of `results.node_days` and `results.flows`: one list that writer, reader, view and docs share.

A row of `node_days` is one node's local day. Its measure vectors are `real[]` with one element a stored step
(92, 96 or 100 quarter-hours); NULL stands for zero in every step of that day. A price is NaN in a step without a trade
where trades make the price (auctions). Its sums are float64 over the simulated steps of that day, also when the run
stores hours or no vectors at all. Powers are means over the step.

Houses carry their own flows. Transformers and the grid carry sums over their houses: signed vectors are net (so their
`grid_kw + shared_grid_kw` is the flow through the transformer or the grid connection), kWh and money sums are gross.
"""

from dataclasses import dataclass

from hygge_core.pgcopy import Column


@dataclass(frozen=True, slots=True)
class Quantity:
    """One column: its name (which ends in its unit), unit and meaning."""

    name: str
    unit: str
    meaning: str


TABLE = "results.node_days"
FLOWS_TABLE = "results.flows"

MEASURES: tuple[Quantity, ...] = (
    Quantity("load_kw", "kW", "consumption"),
    Quantity("generation_kw", "kW", "generation after the inverter's limit, before curtailment"),
    Quantity("storage_kw", "kW", "into (+) or out of (−) the storage, at its AC terminal"),
    Quantity("soc_kwh", "kWh", "energy in the storage at the end of the step"),
    Quantity(
        "shared_local_kw",
        "kW",
        "bought (+) or sold (−) inside the transformer; of a transformer or grid: the volume traded inside",
    ),
    Quantity("shared_grid_kw", "kW", "bought (+) from or sold (−) to other transformers of the grid"),
    Quantity("grid_kw", "kW", "imported (+) at the retail tariff or exported (−) at the feed-in tariff"),
    Quantity("curtailed_kw", "kW", "generation that found no way out"),
    Quantity("unserved_kw", "kW", "consumption that could not be served"),
    Quantity("local_price_eur_per_kwh", "EUR/kWh", "price of local trades; transformers and grid only"),
)

SUMS: tuple[Quantity, ...] = (
    Quantity("load_kwh", "kWh", "consumption"),
    Quantity("generation_kwh", "kWh", "generation after the inverter's limit, before curtailment"),
    Quantity("own_use_kwh", "kWh", "generation used behind the same meter in the same step: Σ min(load, generation)"),
    Quantity("charge_kwh", "kWh", "into the storage, at its AC terminal"),
    Quantity("discharge_kwh", "kWh", "out of the storage, at its AC terminal"),
    Quantity("storage_loss_kwh", "kWh", "lost in the storage: conversion and self-discharge"),
    Quantity("bought_local_kwh", "kWh", "bought inside the transformer"),
    Quantity("sold_local_kwh", "kWh", "sold inside the transformer"),
    Quantity("bought_grid_kwh", "kWh", "bought from other transformers of the grid"),
    Quantity("sold_grid_kwh", "kWh", "sold to other transformers of the grid"),
    Quantity("imported_kwh", "kWh", "bought at the retail tariff"),
    Quantity("exported_kwh", "kWh", "sold at the feed-in tariff"),
    Quantity("curtailed_kwh", "kWh", "generation that found no way out"),
    Quantity("unserved_kwh", "kWh", "consumption that could not be served"),
    Quantity("driven_kwh", "kWh", "driven out of the batteries of cars"),
    Quantity("ev_shortfall_kwh", "kWh", "driving energy that a car's battery lacked and that was charged elsewhere"),
    Quantity("heat_kwh", "kWh", "thermal: heat and cold delivered to the house"),
    Quantity("unmet_heat_kwh", "kWh", "thermal: heat and cold that the devices could not deliver"),
    Quantity("generator_kwh", "kWh", "part of the generation that came from fuel"),
    Quantity("clipped_kwh", "kWh", "generation that the inverter did not let through; not part of generation_kwh"),
    Quantity("import_cost_eur", "EUR", "imported energy at the retail tariff, without fees"),
    Quantity("export_revenue_eur", "EUR", "exported energy at the feed-in tariff"),
    Quantity("purchase_cost_eur", "EUR", "local purchases at the local price, without fees"),
    Quantity("sale_revenue_eur", "EUR", "local sales at the local price"),
    Quantity("fees_eur", "EUR", "platform fee, grid fees and taxes on purchases and imports"),
    Quantity("fuel_cost_eur", "EUR", "fuel burnt by generators"),
    Quantity("incentive_eur", "EUR", "paid to the house on top of the market, such as a premium on shared energy"),
    Quantity("reference_cost_eur", "EUR", "bill of the same house without a community (own storage stays)"),
    Quantity("co2_kg", "kg", "CO2 of the imported energy"),
    Quantity("import_peak_kw", "kW", "largest mean power of a step into the node; 0 without import"),
    Quantity("export_peak_kw", "kW", "largest mean power of a step out of the node; 0 without export"),
)

# Every writer gives it, and of transformers and the grid it is the peak of the sum, which no sum of houses can tell.
LOAD_PEAK = Quantity("load_peak_kw", "kW", "largest mean load of a simulated step")

MEASURE_NAMES: tuple[str, ...] = tuple(quantity.name for quantity in MEASURES)
SUM_NAMES: tuple[str, ...] = tuple(quantity.name for quantity in SUMS)
# The day sums that are maxima over the day's steps; all others add up.
PEAK_NAMES: tuple[str, ...] = ("import_peak_kw", "export_peak_kw")

KEY_COLUMNS: tuple[Column, ...] = (
    Column("run_id", "bigint"),
    Column("node_id", "bigint"),
    Column("day", "date"),
    Column("starts_at", "timestamptz"),
    Column("steps", "smallint"),
)

# Column order of COPY, which names its columns. `starts_at`: UTC of the first element; `steps`: elements of the vectors
# (0: no vectors are stored, only sums). In the table the first sums stand before the vectors, so that reading one skips
# no vector; sums that a later migration added stand after them.
COLUMNS: tuple[Column, ...] = (
    *KEY_COLUMNS,
    *(Column(name, "double precision") for name in SUM_NAMES),
    Column(LOAD_PEAK.name, "double precision"),
    *(Column(name, "real[]") for name in MEASURE_NAMES),
)

# Energy over the whole run from one node to another. Houses of a transformer to each other; transformers of the grid to
# each other; house → grid node: export; grid node → house: import.
FLOW_COLUMNS: tuple[Column, ...] = (
    Column("run_id", "bigint"),
    Column("source_id", "bigint"),
    Column("target_id", "bigint"),
    Column("energy_kwh", "double precision"),
)
