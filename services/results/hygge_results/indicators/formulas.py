"""Indicators from sums of a period: one formula, one name, one unit. Undefined ratios are NaN here and null in answers.

All functions take arrays over nodes. `docs/indicators.md` has the same table with words and sources.

Batteries may charge from the supplier and give energy back to it. Sums cannot tell which kWh that was, so where it
happens the shares below are the smallest that the sums allow: imports count as if they all reached a consumer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Sums = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What the formulas need of the nodes, arrays [nodes]; NaN where a node has no capacity."""

    is_house: NDArray[np.bool_]
    is_grid: NDArray[np.bool_]
    capacity_kw: Array
    storage_capacity_kwh: Array


def ratio(part: Array, whole: Array) -> Array:
    """part / whole; NaN where whole is not positive, or so small that the ratio has no number."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
    return np.where(np.isfinite(found), found, np.nan)


def bounded(share: Array) -> Array:
    """A share pulled into [0, 1]; NaN stays."""
    return np.asarray(np.clip(share, 0.0, 1.0))


def bought_kwh(sums: Sums) -> Array:
    """Bought inside the community."""
    return sums["bought_local_kwh"] + sums["bought_grid_kwh"]


def sold_kwh(sums: Sums) -> Array:
    """Sold inside the community."""
    return sums["sold_local_kwh"] + sums["sold_grid_kwh"]


def consumption_kwh(sums: Sums) -> Array:
    """What was used up: load, and what cars drove out of their batteries."""
    return sums["load_kwh"] + sums["driven_kwh"]


def kept_generation_kwh(sums: Sums) -> Array:
    """Generation that was neither exported nor curtailed nor lost in the storage, and at least what was used at once.

    The second part matters where a battery charged from the supplier was exported or lost.
    """
    kept = sums["generation_kwh"] - sums["exported_kwh"] - sums["curtailed_kwh"] - sums["storage_loss_kwh"]
    return np.maximum(kept, sums["own_use_kwh"])


def own_supply_kwh(sums: Sums, nodes: NodeFacts) -> Array:
    """Consumption served from inside the node.

    House: own use + what its storage gave to its own load and cars drove, at most what was not imported. Transformer
    and grid: consumption − imported − unserved − bought from other transformers (for the grid all trades are inside).
    """
    house = sums["own_use_kwh"] + sums["own_discharge_kwh"] + sums["driven_kwh"]
    outside = np.where(nodes.is_grid, 0.0, sums["bought_grid_kwh"])
    above = consumption_kwh(sums) - sums["imported_kwh"] - sums["unserved_kwh"] - outside
    return np.where(nodes.is_house, np.minimum(house, community_supply_kwh(sums)), np.maximum(above, 0.0))


def community_supply_kwh(sums: Sums) -> Array:
    """Consumption served from inside the community: consumption − imported − unserved."""
    return np.maximum(consumption_kwh(sums) - sums["imported_kwh"] - sums["unserved_kwh"], 0.0)


def self_sufficiency_rate(sums: Sums) -> Array:
    """1 − (imported + unserved) / consumption. Source: Luthander et al. 2015, Applied Energy 142:80-94 (ΣM/ΣL)."""
    return bounded(ratio(community_supply_kwh(sums), consumption_kwh(sums)))


def own_self_sufficiency_rate(sums: Sums, nodes: NodeFacts) -> Array:
    """Supply from inside the node / consumption."""
    return bounded(ratio(own_supply_kwh(sums, nodes), consumption_kwh(sums)))


def self_consumption_rate(sums: Sums, nodes: NodeFacts) -> Array:
    """(Own + local use of generation) / generation, delivered: storage losses are not use.

    Use is what reached loads and the wheels of cars; energy that the storage held when the period began is not the
    period's generation, hence the smaller of 'reached a consumer' and 'kept in the community, without losses'. Source:
    Luthander et al. 2015 (ΣM/ΣP); delivered/PV as in prosumpy.
    """
    house = sums["own_use_kwh"] + sums["own_discharge_kwh"] + sums["driven_kwh"] + sold_kwh(sums)
    used = np.where(nodes.is_house, house, np.maximum(community_supply_kwh(sums), sums["own_use_kwh"]))
    return bounded(ratio(np.minimum(used, kept_generation_kwh(sums)), sums["generation_kwh"]))


def own_self_consumption_rate(sums: Sums, nodes: NodeFacts) -> Array:
    """Generation that reached a consumer inside the node / generation (gsy-e's self-consumption of one house)."""
    outside = np.where(nodes.is_grid, 0.0, sums["sold_grid_kwh"])
    outside = np.where(nodes.is_house, sold_kwh(sums), outside)
    supply, kept = own_supply_kwh(sums, nodes), kept_generation_kwh(sums) - outside
    used = np.maximum(np.minimum(supply, kept), sums["own_use_kwh"])
    return bounded(ratio(used, sums["generation_kwh"]))


def self_consumption_rate_with_losses(sums: Sums) -> Array:
    """1 − (exported + curtailed) / generation: the common shortcut, which counts storage losses as use."""
    kept = sums["generation_kwh"] - sums["exported_kwh"] - sums["curtailed_kwh"]
    return bounded(ratio(kept, sums["generation_kwh"]))


def local_coverage_rate(sums: Sums) -> Array:
    """Bought inside the community / (bought + imported + unserved): how much of what came from others was near."""
    bought = bought_kwh(sums)
    return bounded(ratio(bought, bought + sums["imported_kwh"] + sums["unserved_kwh"]))


def energy_balance_index(sums: Sums) -> Array:
    """1 − (imported + exported) / (consumption + generation). Source: Zhou, Wu, Long 2018, section 4 (EBI)."""
    exchanged = sums["imported_kwh"] + sums["exported_kwh"]
    total = consumption_kwh(sums) + sums["generation_kwh"]
    return bounded(1 - ratio(exchanged, total))


def load_factor(sums: Sums) -> Array:
    """Mean load / largest load."""
    mean = ratio(sums["load_kwh"], sums["hours"])
    return ratio(mean, sums["load_peak_kw"])


def peak_to_average(sums: Sums) -> Array:
    """Largest load / mean load."""
    return ratio(sums["load_peak_kw"], ratio(sums["load_kwh"], sums["hours"]))


def loading_max_percent(sums: Sums, nodes: NodeFacts) -> Array:
    """Largest flow through the node in either direction / rated power, in %."""
    return 100 * ratio(np.maximum(sums["import_peak_kw"], sums["export_peak_kw"]), nodes.capacity_kw)


def full_cycles(sums: Sums, nodes: NodeFacts) -> Array:
    """Equivalent full cycles: energy discharged or driven / usable capacity."""
    return ratio(sums["discharge_kwh"] + sums["driven_kwh"], nodes.storage_capacity_kwh)


def quality_of_service(sums: Sums) -> Array:
    """Share of the consumption that was served: 1 − unserved / consumption."""
    return bounded(1 - ratio(sums["unserved_kwh"], consumption_kwh(sums)))


def cost_eur(sums: Sums) -> Array:
    """What the node pays: imports, local purchases, all fees and fuel."""
    return sums["import_cost_eur"] + sums["purchase_cost_eur"] + sums["fees_eur"] + sums["fuel_cost_eur"]


def revenue_eur(sums: Sums) -> Array:
    """What the node earns: exports, local sales and incentives."""
    return sums["export_revenue_eur"] + sums["sale_revenue_eur"] + sums["incentive_eur"]


def turnover_eur(sums: Sums) -> float:
    """All money that was paid or received by any of the nodes: what a rounding of money is measured by."""
    paid_and_received = cost_eur(sums) + revenue_eur(sums)
    return float(np.abs(paid_and_received).sum())


def derived(sums: Sums, nodes: NodeFacts) -> dict[str, Array]:
    """All indicators that are computed from the sums, arrays [nodes]."""
    bill = cost_eur(sums) - revenue_eur(sums)
    saving = sums["reference_cost_eur"] - bill
    return {
        "self_consumption_rate": self_consumption_rate(sums, nodes),
        "own_self_consumption_rate": own_self_consumption_rate(sums, nodes),
        "self_consumption_rate_with_losses": self_consumption_rate_with_losses(sums),
        "self_sufficiency_rate": self_sufficiency_rate(sums),
        "own_self_sufficiency_rate": own_self_sufficiency_rate(sums, nodes),
        "local_coverage_rate": local_coverage_rate(sums),
        "energy_balance_index": energy_balance_index(sums),
        "load_factor": load_factor(sums),
        "peak_to_average": peak_to_average(sums),
        "loading_max_percent": loading_max_percent(sums, nodes),
        "full_cycles": full_cycles(sums, nodes),
        "quality_of_service": quality_of_service(sums),
        "mean_local_price_eur_per_kwh": ratio(sums["purchase_cost_eur"], bought_kwh(sums)),
        "cost_eur": cost_eur(sums),
        "revenue_eur": revenue_eur(sums),
        "bill_eur": bill,
        "reference_bill_eur": np.asarray(sums["reference_cost_eur"], np.float64),
        "saving_eur": saving,
        "saving_rate": ratio(saving, sums["reference_cost_eur"]),
    }
