import type { Schemas } from "@/shared/api/client";
import type { RunRequest } from "@/shared/runs/queries";
import type { Period } from "./period";

/** What a number field holds: nothing yet is an empty text. */
export type Num = number | "";

export type Allocation = RunRequest["allocation"];
export type Pricing = RunRequest["pricing"];
export type StorageStrategy = RunRequest["storage_strategy"];
export type ChargeStrategy = Schemas["ChargeStrategy"];
export type Bidding = RunRequest["bidding"];
export type Preset = Schemas["Preset"];
export type TariffKind = RunRequest["tariff"]["kind"];
/** "0" Monday to "6" Sunday, and holidays as a kind of day of their own. */
export type DayName = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "holiday";

export const ALLOCATIONS: Allocation[] = [
  "proportional",
  "equal",
  "priority",
  "static_key",
  "hybrid_key",
  "greedy",
  "price_time",
  "uniform_price",
  "none",
];
export const PRICINGS: Pricing[] = ["mid_market", "supply_demand_ratio", "fixed", "bill_sharing", "upstream"];
export const STORAGE_STRATEGIES: StorageStrategy[] = [
  "self_consumption",
  "community",
  "time_of_use",
  "peak_shaving",
  "scheduled",
  "none",
];
export const CHARGE_STRATEGIES: ChargeStrategy[] = ["on_arrival", "solar_surplus", "cheapest_hours", "by_departure"];
export const BID_STRATEGIES: Bidding["strategy"][] = ["truthful", "zero_intelligence", "fixed_limits", "battery_aware"];
export const PRICE_RULES: Bidding["price_rule"][] = [
  "mid",
  "lowest",
  "highest",
  "last_accepted_ask",
  "last_accepted_bid",
];
export const LEFT_OVERS: RunRequest["left_over"][] = ["seller", "participant"];
export const DETAILS: RunRequest["detail"][] = ["step", "hour", "day"];
export const STEPS = [5, 15, 30, 60] as const;

export interface PeriodOfDay {
  key: string;
  from: string;
  to: string;
  weekdays: DayName[];
  retail_eur_per_kwh: Num;
}

/** Everything that can be entered, also what does not matter for the present choices: changing back brings it again. */
export interface RunForm {
  grid_id: number | null;
  name: string;
  tags: string[];
  preset: string | null;
  period: Period;
  step_minutes: number;
  allocation: Allocation;
  left_over: RunRequest["left_over"];
  rounding_decimals: Num;
  minimum_trade_kwh: Num;
  bidding: { strategy: Bidding["strategy"]; k: Num; price_rule: Bidding["price_rule"] };
  pricing: Pricing;
  fixed_price_eur_per_kwh: Num;
  compensation_eur_per_kwh: Num;
  price_floor_eur_per_kwh: Num;
  price_cap_eur_per_kwh: Num;
  storage_strategy: StorageStrategy;
  storage: {
    charge_below_eur_per_kwh: Num;
    discharge_above_eur_per_kwh: Num;
    peak_limit_kw: Num;
    recharge_below_kw: Num;
  };
  charge_strategy: ChargeStrategy | null;
  tariff: {
    kind: TariffKind;
    retail_eur_per_kwh: Num;
    feed_in_eur_per_kwh: Num;
    periods: PeriodOfDay[];
    holidays: { country: string; subdivision: string };
    profile_id: number | null;
    factor: Num;
    surcharge_eur_per_kwh: Num;
    feed_in_from: "number" | "profile";
    feed_in_profile_id: number | null;
  };
  fees: {
    platform_fee_eur_per_kwh: Num;
    local_grid_fee_eur_per_kwh: Num;
    between_grid_fee_eur_per_kwh: Num;
    grid_fee_eur_per_kwh: Num;
    taxes_eur_per_kwh: Num;
  };
  incentive: {
    kind: "none" | "fixed" | "it_cer";
    eur_per_kwh: Num;
    to_sellers: Num;
    plant_class: "up_to_200_kw" | "200_to_600_kw" | "above_600_kw";
    region: "south" | "centre" | "north";
    zonal_price_from: "number" | "profile";
    zonal_price_profile_id: number | null;
    zonal_price_eur_per_mwh: Num;
    refund_eur_per_kwh: Num;
  };
  carbon: { from: "none" | "number" | "profile"; kg_per_kwh: Num; profile_id: number | null };
  temperature_profile_id: number | null;
  priority_list_id: number | null;
  network_check: boolean;
  power_factor: Num;
  seed: Num;
  shards: Num;
  detail: RunRequest["detail"];
}

/** The service's own defaults: somebody who only presses Start gets these. */
export const DEFAULTS: RunForm = {
  grid_id: null,
  name: "",
  tags: [],
  preset: null,
  period: { kind: "all" },
  step_minutes: 15,
  allocation: "proportional",
  left_over: "seller",
  rounding_decimals: "",
  minimum_trade_kwh: 0,
  bidding: { strategy: "truthful", k: 0.5, price_rule: "mid" },
  pricing: "mid_market",
  fixed_price_eur_per_kwh: "",
  compensation_eur_per_kwh: "",
  price_floor_eur_per_kwh: "",
  price_cap_eur_per_kwh: "",
  storage_strategy: "self_consumption",
  storage: {
    charge_below_eur_per_kwh: "",
    discharge_above_eur_per_kwh: "",
    peak_limit_kw: "",
    recharge_below_kw: "",
  },
  charge_strategy: null,
  tariff: {
    kind: "flat",
    retail_eur_per_kwh: 0.3,
    feed_in_eur_per_kwh: 0.08,
    periods: [],
    holidays: { country: "", subdivision: "" },
    profile_id: null,
    factor: 1,
    surcharge_eur_per_kwh: 0,
    feed_in_from: "number",
    feed_in_profile_id: null,
  },
  fees: {
    platform_fee_eur_per_kwh: 0,
    local_grid_fee_eur_per_kwh: "",
    between_grid_fee_eur_per_kwh: "",
    grid_fee_eur_per_kwh: 0,
    taxes_eur_per_kwh: 0,
  },
  incentive: {
    kind: "none",
    eur_per_kwh: "",
    to_sellers: 0.5,
    plant_class: "up_to_200_kw",
    region: "south",
    zonal_price_from: "number",
    zonal_price_profile_id: null,
    zonal_price_eur_per_mwh: "",
    refund_eur_per_kwh: 0.008,
  },
  carbon: { from: "none", kg_per_kwh: "", profile_id: null },
  temperature_profile_id: null,
  priority_list_id: null,
  network_check: false,
  power_factor: 1,
  seed: 0,
  shards: "",
  detail: "step",
};
