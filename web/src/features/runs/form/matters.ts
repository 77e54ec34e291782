import type { Facts } from "./facts";
import type { Preset, RunForm } from "./values";

/** Which entries decide anything under the present choices; the others are neither shown nor sent. */
export interface Matters {
  sharing: boolean;
  auction: boolean;
  leftOver: boolean;
  minimumTrade: boolean;
  pricing: boolean;
  fixedPrice: boolean;
  compensation: boolean;
  priceBounds: boolean;
  k: boolean;
  priceRule: boolean;
  seed: boolean;
  storage: boolean;
  storagePrices: boolean;
  storagePowers: boolean;
  cars: boolean;
  localFees: boolean;
  betweenFee: boolean;
  temperature: boolean;
  priorityList: boolean;
  network: boolean;
}

export function isAuction(allocation: RunForm["allocation"]): boolean {
  return allocation === "price_time" || allocation === "uniform_price";
}

/** Until the community is known nothing about it is ruled out. */
export function mattersOf(values: RunForm, facts: Facts | undefined): Matters {
  const { allocation, bidding } = values;
  const sharing = allocation !== "none";
  const auction = isAuction(allocation);
  const pricing = sharing && !auction;
  const unbounded = ["fixed", "bill_sharing", "upstream"].includes(values.pricing);
  const storage = facts === undefined || facts.batteries > 0;
  return {
    sharing,
    auction,
    leftOver: allocation === "static_key",
    minimumTrade: auction || allocation === "greedy",
    pricing,
    fixedPrice: pricing && values.pricing === "fixed",
    compensation: pricing && values.pricing === "supply_demand_ratio",
    priceBounds: auction || (pricing && !unbounded),
    k: allocation === "price_time" || (allocation === "uniform_price" && bidding.price_rule === "mid"),
    priceRule: allocation === "uniform_price",
    // Only arrival and bids are ever drawn by lot.
    seed: allocation === "price_time" || (auction && bidding.strategy === "zero_intelligence"),
    storage,
    storagePrices: storage && values.storage_strategy === "time_of_use",
    storagePowers: storage && values.storage_strategy === "peak_shaving",
    cars: facts === undefined || facts.cars > 0,
    localFees: sharing && !(pricing && values.pricing === "upstream"),
    betweenFee:
      sharing && !(pricing && values.pricing === "upstream") && (facts === undefined || facts.transformers > 1),
    temperature: facts !== undefined && facts.thermal > 0,
    priorityList: allocation === "priority" || (facts?.priorityLists.length ?? 0) > 0,
    network: facts?.hasNetwork ?? false,
  };
}

/** What the law of a preset fixes: shown, but not to be changed. */
export function fixedByLaw(preset: Preset | undefined) {
  return {
    step_minutes: preset !== undefined,
    allocation: preset != null && preset.allocation !== null,
    left_over: preset != null && preset.left_over !== null,
    pricing: preset != null && preset.pricing !== null,
  };
}

/** The entries with a preset's rules filled in; without one they stay as they are. */
export function withPreset(values: RunForm, preset: Preset | undefined): RunForm {
  if (preset === undefined) return { ...values, preset: null };
  return {
    ...values,
    preset: preset.name,
    step_minutes: preset.step_minutes,
    allocation: preset.allocation ?? values.allocation,
    left_over: preset.left_over ?? values.left_over,
    pricing: preset.pricing ?? values.pricing,
    rounding_decimals: preset.rounding_decimals ?? "",
    incentive: { ...values.incentive, kind: preset.incentive ?? "none" },
    fees:
      preset.grid_fees === null
        ? values.fees
        : { ...values.fees, local_grid_fee_eur_per_kwh: "", between_grid_fee_eur_per_kwh: "" },
  };
}
