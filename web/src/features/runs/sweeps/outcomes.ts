import type { Outcomes } from "../queries";

export type OutcomeRow = Outcomes["items"][number];

/** The figure of a run; null while it has none. */
export function figure(row: OutcomeRow, indicator: string): number | null {
  const value = row.indicators?.[indicator];
  return typeof value === "number" ? value : null;
}

/** What an indicator is measured in, by its name. */
export function unitOf(indicator: string, currency: string): string {
  if (indicator.endsWith("_eur_per_kwh")) return `${currency}/kWh`;
  if (indicator.endsWith("_eur")) return currency;
  if (indicator.endsWith("_rate")) return "%";
  const unit = /_(kwh|kw|kg)$/.exec(indicator)?.[1];
  return unit === "kwh" ? "kWh" : unit === "kw" ? "kW" : (unit ?? "");
}

/** In its unit: rates are shown in per cent. */
export function shown(value: number | null, indicator: string): number | null {
  return value !== null && indicator.endsWith("_rate") ? value * 100 : value;
}

/** Values as keys: 0.1 and "0.1" are different, null is one too. */
export const keyOf = (value: unknown) => JSON.stringify(value ?? null);

export interface Matrix {
  across: unknown[];
  up: unknown[];
  cells: [across: number, up: number, value: number][];
}

/** One figure by two varied entries, of the runs in which all other entries have the given values. */
export function matrixOf(
  rows: OutcomeRow[],
  across: { path: string; values: unknown[] },
  up: { path: string; values: unknown[] },
  fixed: Record<string, unknown>,
  indicator: string,
): Matrix {
  const place = (values: unknown[]) => new Map(values.map((value, index) => [keyOf(value), index]));
  const [columns, lines] = [place(across.values), place(up.values)];
  const cells: Matrix["cells"] = [];
  for (const row of rows) {
    if (!Object.entries(fixed).every(([path, value]) => keyOf(row.varied[path]) === keyOf(value))) continue;
    const [x, y] = [columns.get(keyOf(row.varied[across.path])), lines.get(keyOf(row.varied[up.path]))];
    const value = shown(figure(row, indicator), indicator);
    if (x !== undefined && y !== undefined && value !== null) cells.push([x, y, value]);
  }
  return { across: across.values, up: up.values, cells };
}
