import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics, legendStyle } from "@/shared/charts/basics";
import type { ChartTable } from "@/shared/charts/Chart";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import { PLOT, stepWords, timeAxis } from "./axis";
import type { Rates } from "./rates";
import type { Scene } from "./scene";
import { tooltipTable } from "./tooltip";

export interface PriceLine {
  id: "import" | "localWithFees" | "local" | "export";
  values: (number | null)[];
}

/** The prices of every step, as far as they are known; a line without any value is left out. */
export function priceLines(scene: Scene, local: (number | null)[] | null, rates: Rates | null): PriceLine[] {
  const steps = scene.edges.slice(0, -1);
  const fee = rates?.localFee ?? 0;
  const lines: PriceLine[] = [
    { id: "import", values: steps.map((instant) => rates?.importPrice(instant) ?? null) },
    { id: "localWithFees", values: fee > 0 ? (local ?? []).map((price) => (price === null ? null : price + fee)) : [] },
    { id: "local", values: local ?? [] },
    { id: "export", values: steps.map((instant) => rates?.exportPrice(instant) ?? null) },
  ];
  return lines.filter((line) => line.values.some((value) => value !== null));
}

export interface PriceWords {
  time: string;
  lines: Record<PriceLine["id"], string>;
}

export function priceOption(
  scene: Scene,
  lines: PriceLine[],
  currency: string,
  palette: Palette,
  words: PriceWords,
  formats: Formats,
): EChartsCoreOption {
  const looks = looksOf(palette);
  return {
    ...basics(palette),
    grid: { ...PLOT, top: 28, bottom: 60 },
    legend: { ...legendStyle(palette), type: "scroll", bottom: 0, left: 0, right: 0 },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: palette.muted } },
      formatter: (points: { dataIndex: number }[]) => {
        const step = points[0]?.dataIndex ?? 0;
        return tooltipTable(
          stepWords(scene.edges, step, scene.clock, formats),
          lines.map((line) => ({
            name: words.lines[line.id],
            colour: looks[line.id].color,
            value: formats.price(line.values[step], currency),
          })),
        );
      },
    },
    xAxis: {
      ...timeAxis(scene.edges, scene.clock, palette, formats),
      axisLine: { onZero: false, lineStyle: { color: palette.line } },
    },
    yAxis: {
      ...axisStyle(palette),
      type: "value",
      name: `${currency}/kWh`,
      splitNumber: 4,
      nameTextStyle: { color: palette.muted, align: "left", padding: [0, 0, 0, -48] },
      axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(value, 3) },
    },
    series: lines.map((line) => ({
      type: "line",
      name: words.lines[line.id],
      step: "middle",
      symbol: line.values.filter((value) => value !== null).length < 3 ? "circle" : "none",
      lineStyle: looks[line.id],
      itemStyle: { color: looks[line.id].color },
      emphasis: { disabled: true },
      data: line.values,
    })),
  };
}

function looksOf(palette: Palette) {
  return {
    import: { width: 1.5, color: palette.import, type: "solid" },
    localWithFees: { width: 2, color: palette.price, type: [6, 4] },
    local: { width: 2, color: palette.price, type: "solid" },
    export: { width: 1.5, color: palette.export, type: "solid" },
  } as const;
}

export function priceTable(
  scene: Scene,
  lines: PriceLine[],
  currency: string,
  words: PriceWords,
  formats: Formats,
): ChartTable {
  return {
    columns: [words.time, ...lines.map((line) => `${words.lines[line.id]} [${currency}/kWh]`)],
    rows: scene.edges.slice(0, -1).map((_, step) => [
      stepWords(scene.edges, step, scene.clock, formats),
      ...lines.map((line) => {
        const value = line.values[step];
        return value === null || value === undefined ? "–" : formats.number(value, 5);
      }),
    ]),
  };
}
