/** Charts of runs side by side: indicators as bars relative to the first run, one indicator by months as lines. */
import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics, legendStyle } from "@/shared/charts/basics";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import { type IndicatorName, isShare, written } from "../parts/indicators";
import { inOneUnit, monthLabels } from "../parts/months";
import type { Summary } from "../queries";
import { runTitle } from "./titles";

/** What the bars show until somebody chooses: figures that are seldom 0 and that people ask for. */
export const FIRST_SHOWN: IndicatorName[] = [
  "bill_eur",
  "imported_kwh",
  "exported_kwh",
  "import_peak_kw",
  "co2_kg",
  "self_sufficiency_rate",
];

export const MONTHLY: IndicatorName[] = [
  "bill_eur",
  "saving_eur",
  "imported_kwh",
  "exported_kwh",
  "bought_local_kwh",
  "self_sufficiency_rate",
  "self_consumption_rate",
  "import_peak_kw",
  "co2_kg",
];

export interface Relative {
  name: IndicatorName;
  /** In percent of the first run. */
  percents: (number | null)[];
}

/** Values in percent of the first run's; an indicator that is 0 or unknown there can't be shown so. */
export function relativeTo(runs: Summary[], names: IndicatorName[]): { shown: Relative[]; left: IndicatorName[] } {
  const number = (run: Summary, name: IndicatorName) => {
    const value = run.indicators[name] ?? run.fairness[name];
    return typeof value === "number" ? value : null;
  };
  const shown: Relative[] = [];
  const left: IndicatorName[] = [];
  for (const name of names) {
    const first = runs[0] === undefined ? null : number(runs[0], name);
    if (first === null || first === 0) left.push(name);
    else {
      const percents = runs.map((run) => {
        const value = number(run, name);
        return value === null ? null : 100 + (100 * (value - first)) / Math.abs(first);
      });
      shown.push({ name, percents });
    }
  }
  return { shown, left };
}

type Words = (name: IndicatorName) => string;

export function barsOption(
  runs: Summary[],
  relative: Relative[],
  words: Words,
  palette: Palette,
  formats: Formats,
): EChartsCoreOption {
  const value = (run: Summary, name: IndicatorName) =>
    written(formats, name, run.indicators[name] ?? run.fairness[name], run.units[name] ?? "1", run.timezone);
  return {
    ...basics(palette),
    grid: { left: 8, right: 24, top: 12, bottom: 44, containLabel: true },
    legend: { ...legendStyle(palette), type: "scroll", bottom: 0 },
    tooltip: {
      ...(basics(palette).tooltip as object),
      formatter: ({ seriesIndex, dataIndex }: { seriesIndex: number; dataIndex: number }) => {
        const run = runs[seriesIndex];
        const shown = relative[dataIndex];
        if (!run || !shown) return "";
        const percent = formats.percent((shown.percents[seriesIndex] ?? 0) / 100);
        return `${words(shown.name)}<br/>#${run.run_id}: <b>${value(run, shown.name)}</b> (${percent})`;
      },
    },
    xAxis: {
      type: "value",
      ...axisStyle(palette),
      axisLabel: { color: palette.muted, formatter: (percent: number) => formats.percent(percent / 100) },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: relative.map((shown) => words(shown.name)),
      ...axisStyle(palette),
      axisLabel: { color: palette.text, width: 110, overflow: "break" },
    },
    series: runs.map((run, index) => ({
      type: "bar",
      name: shortTitle(run),
      barMaxWidth: 14,
      itemStyle: { color: palette.categories[index % palette.categories.length] },
      data: relative.map((shown) => shown.percents[index] ?? null),
    })),
  };
}

/** Months of all runs; of different years each has its own place. */
export function monthsOf(runs: Summary[]): string[] {
  return [...new Set(runs.flatMap((run) => run.months.map((month) => month.month)))].sort();
}

export function monthValues(run: Summary, name: IndicatorName, months: string[]): (number | null)[] {
  const found = new Map(run.months.map((month) => [month.month, month.indicators[name]]));
  return months.map((month) => {
    const value = found.get(month);
    return typeof value === "number" ? value : null;
  });
}

const SYMBOLS = ["circle", "rect", "triangle", "diamond"];

export function linesOption(
  runs: Summary[],
  name: IndicatorName,
  palette: Palette,
  formats: Formats,
): EChartsCoreOption {
  const months = monthsOf(runs);
  const all = runs.map((run) => monthValues(run, name, months));
  const unit = runs[0]?.units[name] ?? "1";
  const numbers = all.flat().filter((value): value is number => value !== null);
  const shown = isShare(name) ? { factor: 0.01, unit: "%" } : inOneUnit(numbers, unit);
  return {
    ...basics(palette),
    grid: { left: 8, right: 24, top: 28, bottom: 44, containLabel: true },
    legend: { ...legendStyle(palette), type: "scroll", bottom: 0 },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      valueFormatter: (value: number | null) =>
        value === null || value === undefined ? "–" : `${formats.number(value, 2)} ${shown.unit}`,
    },
    xAxis: { type: "category", data: monthLabels(formats.locale, months), ...axisStyle(palette) },
    yAxis: {
      type: "value",
      name: shown.unit,
      ...axisStyle(palette),
      axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(value, 2) },
    },
    series: runs.map((run, index) => ({
      type: "line",
      name: shortTitle(run),
      symbol: SYMBOLS[index % SYMBOLS.length],
      symbolSize: 7,
      lineStyle: { width: 2 },
      itemStyle: { color: palette.categories[index % palette.categories.length] },
      data: all[index]?.map((value) => (value === null ? null : value / shown.factor)),
    })),
  };
}

function shortTitle(run: Summary): string {
  const title = runTitle(run);
  return title.length > 40 ? `${title.slice(0, 39)}…` : title;
}
