/** What the app knows of each indicator beside its words: where it belongs, how it is written, which way is better. */
import type { Formats } from "@/shared/format/formats";
import type en from "../locales/en.json";

export type IndicatorName = keyof (typeof en)["indicator"];
export type Group = "shares" | "energy" | "power" | "storage" | "devices" | "money" | "fairness";
export const GROUPS: Group[] = ["shares", "energy", "money", "power", "storage", "devices", "fairness"];

/** Names in the order in which they are read. `+`: more is better, `-`: less is better; without a sign neither is. */
const ORDER: Record<Group, string> = {
  shares:
    "self_sufficiency_rate+ self_consumption_rate+ local_coverage_rate+ energy_balance_index+ quality_of_service+ " +
    "own_self_sufficiency_rate own_self_consumption_rate self_consumption_rate_with_losses",
  energy:
    "load_kwh generation_kwh own_use_kwh bought_local_kwh sold_local_kwh bought_grid_kwh sold_grid_kwh imported_kwh- " +
    "exported_kwh curtailed_kwh- unserved_kwh- co2_kg-",
  money:
    "bill_eur- reference_bill_eur saving_eur+ saving_rate+ cost_eur revenue_eur import_cost_eur purchase_cost_eur " +
    "fees_eur fuel_cost_eur export_revenue_eur sale_revenue_eur incentive_eur mean_local_price_eur_per_kwh",
  power:
    "import_peak_kw- import_peak_at export_peak_kw- export_peak_at load_peak_kw load_peak_at load_factor " +
    "peak_to_average loading_max_percent- hours_above_80_percent- hours_above_100_percent- hours",
  storage: "charge_kwh discharge_kwh storage_loss_kwh- full_cycles driven_kwh ev_shortfall_kwh-",
  devices: "heat_kwh unmet_heat_kwh- generator_kwh clipped_kwh-",
  fairness:
    "participation_rate+ gini_savings- jain_savings+ savings_lifted_by_eur worst_quality_of_service+ " +
    "jain_quality_of_service+",
};

export interface IndicatorFacts {
  name: IndicatorName;
  group: Group;
  better: "more" | "less" | null;
}

export const INDICATORS: IndicatorFacts[] = GROUPS.flatMap((group) =>
  ORDER[group].split(" ").map((word) => ({
    name: word.replace(/[+-]$/, "") as IndicatorName,
    group,
    better: word.endsWith("+") ? "more" : word.endsWith("-") ? "less" : null,
  })),
);
const FACTS = new Map(INDICATORS.map((facts) => [facts.name, facts]));

export function factsOf(name: IndicatorName): IndicatorFacts {
  return FACTS.get(name) as IndicatorFacts;
}

/** Dimensionless figures that people read as percentages. */
const SHARES = new Set<string>([
  "energy_balance_index",
  "quality_of_service",
  "worst_quality_of_service",
  "load_factor",
]);
export function isShare(name: string): boolean {
  return name.endsWith("_rate") || name === "self_consumption_rate_with_losses" || SHARES.has(name);
}

type Value = number | string | null | undefined;

/** Below this a figure is rounding in sums of float32 series: half a cent, a thousandth of a watt-hour. */
const noiseOf = (name: string) => (name.endsWith("_eur") ? 0.005 : 1e-6);
const quiet = (name: string, value: number) => (Math.abs(value) < noiseOf(name) ? 0 : value);

/** An indicator of a run. Where nothing is shared nobody saves, and how evenly is no question. */
export function valueOfRun(run: RunFigures, { name, group }: Pick<IndicatorFacts, "name" | "group">): Value {
  if (group !== "fairness") return run.indicators[name];
  if (name.endsWith("_savings") && run.parameters.allocation === "none") return null;
  return run.fairness[name];
}

export interface RunFigures {
  indicators: Record<string, Value>;
  fairness: Record<string, Value>;
  parameters: Record<string, unknown>;
}

/** A value as people of the locale write it. Money of thousands has no cents: nobody reads them there. */
export function written(formats: Formats, name: string, given: Value, unit: string, timezone: string): string {
  if (given === null || given === undefined) return "–";
  if (typeof given === "string") return formats.moment(given, timezone);
  const value = quiet(name, given);
  if (isShare(name)) return formats.percent(value);
  if (unit === "1") return formats.number(value, 2);
  if (unit.endsWith("/kWh")) return formats.price(value, unit.slice(0, -4));
  if (name.endsWith("_eur")) return formats.money(value, unit, moneyDigits(value));
  return formats.quantity(value, unit);
}

export function moneyDigits(value: number): number {
  return Math.abs(value) >= 1000 ? 0 : 2;
}

export interface Change {
  difference: number;
  /** Null where the earlier value is 0. */
  relative: number | null;
  verdict: "better" | "worse" | "neutral";
}

/** What became of a value; null where one of the two is missing. */
export function changeOf(name: IndicatorName, now: Value, before: Value): Change | null {
  if (typeof now !== "number" || typeof before !== "number") return null;
  const base = quiet(name, before);
  const difference = quiet(name, now - before);
  const relative = base === 0 ? null : difference / Math.abs(base);
  const { better } = factsOf(name);
  // Float32 series: a smaller difference is rounding.
  const isSame = Math.abs(difference) <= 1e-5 * Math.max(Math.abs(now), Math.abs(before));
  if (better === null || isSame) return { difference: isSame ? 0 : difference, relative, verdict: "neutral" };
  return { difference, relative, verdict: difference > 0 === (better === "more") ? "better" : "worse" };
}

/** A change in words' shortest form: "+3.2 pp", "−25.4 MWh (−13 %)". `points` is the language's word for percentage points. */
export function writtenChange(formats: Formats, name: string, unit: string, change: Change, points: string): string {
  const sign = change.difference > 0 ? "+" : change.difference < 0 ? "−" : "±";
  const size = Math.abs(change.difference);
  if (isShare(name)) return `${sign}${formats.number(size * 100)} ${points}`;
  const amount = `${sign}${written(formats, name, size, unit, "UTC")}`;
  if (change.relative === null || change.difference === 0) return amount;
  return `${amount} (${sign}${formats.percent(Math.abs(change.relative))})`;
}

/** Which of the values are best; nobody where they are all the same or no way is better. */
export function bestOf(name: IndicatorName, values: Value[]): boolean[] {
  const numbers = values.filter((value): value is number => typeof value === "number");
  const { better } = factsOf(name);
  const none = values.map(() => false);
  if (better === null || numbers.length < 2) return none;
  const best = better === "more" ? Math.max(...numbers) : Math.min(...numbers);
  const same = (value: number) => Math.abs(value - best) <= 1e-6 * Math.max(Math.abs(value), Math.abs(best));
  if (numbers.every(same)) return none;
  return values.map((value) => typeof value === "number" && same(value));
}
