/** Months of a run as charts: where the load's energy came from, what became of the generation, what it cost. */
import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics, legendStyle } from "@/shared/charts/basics";
import type { ChartTable } from "@/shared/charts/Chart";
import type { Palette } from "@/shared/charts/palette";
import { type Formats, scaled } from "@/shared/format/formats";

export interface Bars {
  months: string[];
  series: { name: string; colour: string; values: number[]; stacked: boolean }[];
}

/** "Jan", or "Jan 2017" where a run goes over more than one year. */
export function monthLabels(locale: string, months: string[]): string[] {
  const years = new Set(months.map((month) => month.slice(0, 4)));
  const format = new Intl.DateTimeFormat(locale, {
    month: "short",
    year: years.size > 1 ? "2-digit" : undefined,
    timeZone: "UTC",
  });
  return months.map((month) => format.format(new Date(`${month}-01T00:00:00Z`)));
}

/** Values of the same unit, all in the one in which the largest reads best. */
export function inOneUnit(values: number[], unit: string): { factor: number; unit: string } {
  const largest = Math.max(...values.map(Math.abs), 0);
  const best = scaled(largest, unit);
  return { factor: largest > 0 && best.value !== 0 ? largest / best.value : 1, unit: best.unit };
}

export function monthsOption(bars: Bars, unit: string, palette: Palette, formats: Formats): EChartsCoreOption {
  const heights = bars.months.map((_, index) => bars.series.reduce((sum, one) => sum + (one.values[index] ?? 0), 0));
  const shown = inOneUnit(heights, unit);
  const stacked = bars.series.some((one) => one.stacked);
  return {
    ...basics(palette),
    grid: { left: 8, right: 8, top: 28, bottom: 56, containLabel: true },
    legend: { ...legendStyle(palette), bottom: 0, left: 0, right: 0 },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "shadow" },
      valueFormatter: (value: number) => `${formats.number(value, 2)} ${shown.unit}`,
    },
    xAxis: { type: "category", data: monthLabels(formats.locale, bars.months), ...axisStyle(palette) },
    yAxis: {
      type: "value",
      name: shown.unit,
      nameGap: 10,
      ...axisStyle(palette),
      nameTextStyle: { color: palette.muted, align: "left", padding: [0, 0, 0, -24] },
      axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(value, 2) },
    },
    series: bars.series.map((one) => ({
      type: "bar",
      name: one.name,
      stack: one.stacked ? "all" : undefined,
      barMaxWidth: stacked ? 36 : 18,
      itemStyle: { color: one.colour, borderColor: palette.surface, borderWidth: stacked ? 0.5 : 0 },
      data: one.values.map((value) => value / shown.factor),
    })),
  };
}

export function monthsTable(bars: Bars, unit: string, month: string, formats: Formats): ChartTable {
  const write = (value: number) =>
    /^[A-Z]{3}$/.test(unit) ? formats.money(value, unit) : formats.quantity(value, unit);
  return {
    columns: [month, ...bars.series.map((one) => one.name)],
    rows: bars.months.map((label, index) => [label, ...bars.series.map((one) => write(one.values[index] ?? 0))]),
  };
}
