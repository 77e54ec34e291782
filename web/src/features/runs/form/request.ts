import type { RunRequest } from "@/shared/runs/queries";
import type { Facts } from "./facts";
import { mattersOf } from "./matters";
import { periodOf, type Span, spanOf } from "./period";
import { type DayName, DEFAULTS, type Num, type PeriodOfDay, type RunForm } from "./values";

/** Entries that matter as a request; null while community or time are missing. Nothing is checked here. */
export function requestOf(values: RunForm, facts: Facts | undefined): RunRequest | null {
  if (values.grid_id === null || facts === undefined) return null;
  const span = spanOf(values.period, facts.common, facts.timezone, values.step_minutes);
  if (span === null) return null;
  const matters = mattersOf(values, facts);
  const when = <T>(matter: boolean, value: T) => (matter ? value : null);
  return {
    grid_id: values.grid_id,
    ...span,
    name: values.name.trim() || null,
    tags: values.tags,
    preset: values.preset,
    step_minutes: values.step_minutes,
    allocation: values.allocation,
    left_over: matters.leftOver ? values.left_over : "seller",
    rounding_decimals: when(matters.sharing, number(values.rounding_decimals)),
    minimum_trade_kwh: matters.minimumTrade ? (number(values.minimum_trade_kwh) ?? 0) : 0,
    bidding: matters.auction
      ? { ...values.bidding, k: number(values.bidding.k) ?? DEFAULT_K }
      : { ...DEFAULTS.bidding, k: DEFAULT_K },
    // An auction makes its own prices and refuses those pricings that know none.
    pricing: matters.pricing ? values.pricing : "mid_market",
    fixed_price_eur_per_kwh: when(matters.fixedPrice, number(values.fixed_price_eur_per_kwh)),
    compensation_eur_per_kwh: when(matters.compensation, number(values.compensation_eur_per_kwh)),
    price_floor_eur_per_kwh: when(matters.priceBounds, number(values.price_floor_eur_per_kwh)),
    price_cap_eur_per_kwh: when(matters.priceBounds, number(values.price_cap_eur_per_kwh)),
    storage_strategy: values.storage_strategy,
    storage: {
      charge_below_eur_per_kwh: when(matters.storagePrices, number(values.storage.charge_below_eur_per_kwh)),
      discharge_above_eur_per_kwh: when(matters.storagePrices, number(values.storage.discharge_above_eur_per_kwh)),
      peak_limit_kw: when(matters.storagePowers, number(values.storage.peak_limit_kw)),
      recharge_below_kw: when(matters.storagePowers, number(values.storage.recharge_below_kw)),
    },
    charge_strategy: when(matters.cars, values.charge_strategy),
    tariff: tariffOf(values.tariff),
    fees: feesOf(values.fees),
    incentive: matters.sharing ? incentiveOf(values.incentive) : null,
    carbon: carbonOf(values.carbon),
    temperature_profile_id: values.temperature_profile_id,
    priority_list_id: when(matters.priorityList, values.priority_list_id),
    network_check: matters.network && values.network_check,
    power_factor: matters.network && values.network_check ? (number(values.power_factor) ?? 1) : 1,
    seed: number(values.seed) ?? 0,
    shards: number(values.shards),
    detail: values.detail,
  };
}

const DEFAULT_K = 0.5;

function number(value: Num): number | null {
  return value === "" ? null : value;
}

function tariffOf(tariff: RunForm["tariff"]): RunRequest["tariff"] {
  const retail_eur_per_kwh = number(tariff.retail_eur_per_kwh) ?? 0;
  const feed_in_eur_per_kwh = number(tariff.feed_in_eur_per_kwh) ?? 0;
  if (tariff.kind === "flat") return { kind: "flat", retail_eur_per_kwh, feed_in_eur_per_kwh };
  if (tariff.kind === "series") {
    const byProfile = tariff.feed_in_from === "profile";
    return {
      kind: "series",
      profile_id: tariff.profile_id ?? 0,
      factor: number(tariff.factor) ?? 1,
      surcharge_eur_per_kwh: number(tariff.surcharge_eur_per_kwh) ?? 0,
      feed_in_eur_per_kwh: byProfile ? null : feed_in_eur_per_kwh,
      feed_in_profile_id: byProfile ? tariff.feed_in_profile_id : null,
    };
  }
  const { country, subdivision } = tariff.holidays;
  return {
    kind: "time_of_use",
    retail_eur_per_kwh,
    feed_in_eur_per_kwh,
    periods: tariff.periods.map((period) => ({
      from: period.from,
      to: period.to,
      retail_eur_per_kwh: number(period.retail_eur_per_kwh) ?? 0,
      weekdays: period.weekdays.length === 0 ? null : period.weekdays.map(dayOf),
    })),
    holidays: country ? { country: country.toUpperCase(), subdivision: subdivision || null } : null,
  };
}

const dayOf = (day: DayName) => (day === "holiday" ? day : Number(day));

/** Local grid fees are left out where they are empty: a preset's law may say what part of the grid fee they are. */
function feesOf(fees: RunForm["fees"]): RunRequest["fees"] {
  const local = number(fees.local_grid_fee_eur_per_kwh);
  const between = number(fees.between_grid_fee_eur_per_kwh);
  return {
    platform_fee_eur_per_kwh: number(fees.platform_fee_eur_per_kwh) ?? 0,
    grid_fee_eur_per_kwh: number(fees.grid_fee_eur_per_kwh) ?? 0,
    taxes_eur_per_kwh: number(fees.taxes_eur_per_kwh) ?? 0,
    ...(local === null ? {} : { local_grid_fee_eur_per_kwh: local }),
    ...(between === null ? {} : { between_grid_fee_eur_per_kwh: between }),
  } as RunRequest["fees"];
}

function incentiveOf(incentive: RunForm["incentive"]): RunRequest["incentive"] {
  const to_sellers = number(incentive.to_sellers) ?? 0.5;
  if (incentive.kind === "none") return null;
  if (incentive.kind === "fixed") return { kind: "fixed", eur_per_kwh: number(incentive.eur_per_kwh) ?? 0, to_sellers };
  const byProfile = incentive.zonal_price_from === "profile";
  return {
    kind: "it_cer",
    plant_class: incentive.plant_class,
    region: incentive.region,
    zonal_price_profile_id: byProfile ? incentive.zonal_price_profile_id : null,
    zonal_price_eur_per_mwh: byProfile ? null : number(incentive.zonal_price_eur_per_mwh),
    refund_eur_per_kwh: number(incentive.refund_eur_per_kwh) ?? 0,
    to_sellers,
  };
}

function carbonOf(carbon: RunForm["carbon"]): RunRequest["carbon"] {
  if (carbon.from === "number") return { kg_per_kwh: number(carbon.kg_per_kwh), profile_id: null };
  return carbon.from === "profile" ? { kg_per_kwh: null, profile_id: carbon.profile_id } : null;
}

/** The entries that make this request, to copy a run or to show a sweep's base. */
export function formOf(request: RunRequest, common: Span | null, timezone: string): RunForm {
  const { tariff, incentive, carbon, fees } = request;
  const holidays = tariff.kind === "time_of_use" ? tariff.holidays : null;
  const series = tariff.kind === "series" ? tariff : null;
  return {
    ...DEFAULTS,
    grid_id: request.grid_id,
    name: request.name ?? "",
    tags: request.tags,
    preset: request.preset ?? null,
    period: periodOf(request, common, timezone),
    step_minutes: request.step_minutes,
    allocation: request.allocation,
    left_over: request.left_over,
    rounding_decimals: request.rounding_decimals ?? "",
    minimum_trade_kwh: request.minimum_trade_kwh,
    bidding: request.bidding,
    pricing: request.pricing,
    fixed_price_eur_per_kwh: request.fixed_price_eur_per_kwh ?? "",
    compensation_eur_per_kwh: request.compensation_eur_per_kwh ?? "",
    price_floor_eur_per_kwh: request.price_floor_eur_per_kwh ?? "",
    price_cap_eur_per_kwh: request.price_cap_eur_per_kwh ?? "",
    storage_strategy: request.storage_strategy,
    storage: {
      charge_below_eur_per_kwh: request.storage.charge_below_eur_per_kwh ?? "",
      discharge_above_eur_per_kwh: request.storage.discharge_above_eur_per_kwh ?? "",
      peak_limit_kw: request.storage.peak_limit_kw ?? "",
      recharge_below_kw: request.storage.recharge_below_kw ?? "",
    },
    charge_strategy: request.charge_strategy ?? null,
    tariff: {
      ...DEFAULTS.tariff,
      kind: tariff.kind,
      retail_eur_per_kwh: tariff.kind === "series" ? DEFAULTS.tariff.retail_eur_per_kwh : tariff.retail_eur_per_kwh,
      feed_in_eur_per_kwh: tariff.feed_in_eur_per_kwh ?? DEFAULTS.tariff.feed_in_eur_per_kwh,
      periods: tariff.kind === "time_of_use" ? tariff.periods.map(periodOfDay) : [],
      holidays: { country: holidays?.country ?? "", subdivision: holidays?.subdivision ?? "" },
      profile_id: series?.profile_id ?? null,
      factor: series?.factor ?? 1,
      surcharge_eur_per_kwh: series?.surcharge_eur_per_kwh ?? 0,
      feed_in_from: series?.feed_in_profile_id ? "profile" : "number",
      feed_in_profile_id: series?.feed_in_profile_id ?? null,
    },
    fees: {
      platform_fee_eur_per_kwh: fees.platform_fee_eur_per_kwh ?? 0,
      local_grid_fee_eur_per_kwh: fees.local_grid_fee_eur_per_kwh ?? "",
      between_grid_fee_eur_per_kwh: fees.between_grid_fee_eur_per_kwh ?? "",
      grid_fee_eur_per_kwh: fees.grid_fee_eur_per_kwh ?? 0,
      taxes_eur_per_kwh: fees.taxes_eur_per_kwh ?? 0,
    },
    incentive: incentiveForm(incentive),
    carbon: {
      from: carbon == null ? "none" : carbon.profile_id != null ? "profile" : "number",
      kg_per_kwh: carbon?.kg_per_kwh ?? "",
      profile_id: carbon?.profile_id ?? null,
    },
    temperature_profile_id: request.temperature_profile_id ?? null,
    priority_list_id: request.priority_list_id ?? null,
    network_check: request.network_check,
    power_factor: request.power_factor,
    seed: request.seed,
    shards: request.shards ?? "",
    detail: request.detail,
  };
}

function incentiveForm(incentive: RunRequest["incentive"]): RunForm["incentive"] {
  const base = DEFAULTS.incentive;
  if (incentive == null) return base;
  if (incentive.kind === "fixed")
    return { ...base, kind: "fixed", eur_per_kwh: incentive.eur_per_kwh, to_sellers: incentive.to_sellers };
  return {
    ...base,
    kind: "it_cer",
    plant_class: incentive.plant_class,
    region: incentive.region,
    zonal_price_from: incentive.zonal_price_profile_id == null ? "number" : "profile",
    zonal_price_profile_id: incentive.zonal_price_profile_id ?? null,
    zonal_price_eur_per_mwh: incentive.zonal_price_eur_per_mwh ?? "",
    refund_eur_per_kwh: incentive.refund_eur_per_kwh,
    to_sellers: incentive.to_sellers,
  };
}

function periodOfDay(period: PeriodIn, index: number): PeriodOfDay {
  return {
    key: `copied-${index}`,
    from: period.from,
    to: period.to,
    retail_eur_per_kwh: period.retail_eur_per_kwh,
    weekdays: (period.weekdays ?? []).map((day) => String(day) as DayName),
  };
}

type PeriodIn = Extract<RunRequest["tariff"], { kind: "time_of_use" }>["periods"][number];
