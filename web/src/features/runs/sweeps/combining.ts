import type { RunRequest } from "@/shared/runs/queries";
import type { Value } from "./variables";

export type Mode = "product" | "zip";

export interface Varied {
  path: string;
  values: Value[];
}

/** The service's limits. */
export const MOST_RUNS = 500;
export const MOST_ENTRIES = 10;

/** How many runs the lists make. */
export function countRuns(varied: Varied[], mode: Mode): number {
  if (varied.length === 0) return 0;
  if (mode === "zip") return Math.max(...varied.map(({ values }) => values.length));
  return varied.reduce((product, { values }) => product * values.length, 1);
}

export type Objection =
  | { kind: "nothing" }
  | { kind: "tooMany"; count: number }
  | { kind: "lengths"; lengths: number[] }
  | { kind: "needs"; what: "priority_list_id" | "fixed_price_eur_per_kwh" | "storage" | "peak_limit_kw" };

/** Why the sweep can't be started as it is. */
export function objectionsTo(varied: Varied[], mode: Mode, base: RunRequest | null): Objection[] {
  if (varied.length === 0 || varied.some(({ values }) => values.length === 0)) return [{ kind: "nothing" }];
  const found: Objection[] = [];
  const lengths = varied.map(({ values }) => values.length);
  if (mode === "zip" && new Set(lengths).size > 1) found.push({ kind: "lengths", lengths });
  const count = countRuns(varied, mode);
  if (count > MOST_RUNS) found.push({ kind: "tooMany", count });
  if (base !== null) found.push(...missing(varied, base).map((what) => ({ kind: "needs" as const, what })));
  return found;
}

type Need = Extract<Objection, { kind: "needs" }>["what"];

/** A rule among the varied ones may need a number that is neither varied nor given. */
function missing(varied: Varied[], base: RunRequest): Need[] {
  const tries = (path: string, value: Value) =>
    varied.some((entry) => entry.path === path && entry.values.includes(value));
  const isVaried = (path: string) => varied.some((entry) => entry.path === path);
  const found: Need[] = [];
  if (tries("allocation", "priority") && base.priority_list_id == null) found.push("priority_list_id");
  if (tries("pricing", "fixed") && base.fixed_price_eur_per_kwh == null && !isVaried("fixed_price_eur_per_kwh"))
    found.push("fixed_price_eur_per_kwh");
  const { charge_below_eur_per_kwh: low, discharge_above_eur_per_kwh: high, peak_limit_kw: peak } = base.storage;
  const pricesVaried = isVaried("storage.charge_below_eur_per_kwh") || isVaried("storage.discharge_above_eur_per_kwh");
  if (tries("storage_strategy", "time_of_use") && low == null && high == null && !pricesVaried) found.push("storage");
  if (tries("storage_strategy", "peak_shaving") && peak == null && !isVaried("storage.peak_limit_kw"))
    found.push("peak_limit_kw");
  return found;
}

/** Numbers from one to another in equal steps, without the dust of adding: 0.1, 0.2, 0.3. */
export function range(from: number, to: number, by: number): number[] {
  if (!(by > 0) || to < from) return [];
  const count = Math.floor((to - from) / by + 1e-9) + 1;
  return Array.from({ length: Math.min(count, MOST_RUNS) }, (_, index) => Number((from + index * by).toPrecision(12)));
}
