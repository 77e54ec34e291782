import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics, legendStyle } from "@/shared/charts/basics";
import type { Palette } from "@/shared/charts/palette";
import type { Matrix } from "./outcomes";

export interface Point {
  runId: number;
  /** What was varied in this run. */
  label: string;
  /** Its value of the first varied entry: one colour and sign for each. */
  group: string;
  x: number;
  y: number;
}

type Worded = (value: number) => string;
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin", "arrow"];

/** One bar for each run, in the order of the sweep. */
export function barsOption(
  rows: { label: string; value: number }[],
  name: string,
  number: Worded,
  palette: Palette,
): EChartsCoreOption {
  return {
    ...basics(palette),
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      valueFormatter: (v: unknown) => number(Number(v)),
    },
    grid: { left: 8, right: 16, top: 32, bottom: 8, containLabel: true },
    xAxis: {
      type: "category",
      data: rows.map((row) => row.label),
      ...axisStyle(palette),
      axisLabel: { color: palette.muted, hideOverlap: true, width: 120, overflow: "break" },
    },
    yAxis: {
      type: "value",
      name,
      scale: false,
      ...axisStyle(palette),
      axisLabel: { color: palette.muted, formatter: number },
    },
    series: [
      {
        type: "bar",
        name,
        data: rows.map((row) => row.value),
        barMaxWidth: 56,
        itemStyle: { color: palette.categories[0], borderRadius: [4, 4, 0, 0] },
      },
    ],
  };
}

/** Two indicators against each other, a point for each run. */
export function scatterOption(
  points: Point[],
  names: { x: string; y: string },
  number: Worded,
  palette: Palette,
): EChartsCoreOption {
  const groups = [...new Set(points.map((point) => point.group))];
  const axis = (name: string) => ({
    type: "value",
    name,
    nameLocation: "middle",
    nameGap: 32,
    scale: true,
    ...axisStyle(palette),
    axisLabel: { color: palette.muted, formatter: number },
  });
  return {
    ...basics(palette),
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "item",
      formatter: ({ data }: { data: { name: string; value: [number, number] } }) =>
        [data.name, `${names.x}: ${number(data.value[0])}`, `${names.y}: ${number(data.value[1])}`]
          .map(escaped)
          .join("<br>"),
    },
    legend: { ...legendStyle(palette), type: "scroll", top: 0 },
    grid: { left: 36, right: 24, top: 40, bottom: 36, containLabel: true },
    xAxis: axis(names.x),
    yAxis: { ...axis(names.y), nameGap: 56 },
    series: groups.map((group, index) => ({
      type: "scatter",
      name: group,
      symbol: SYMBOLS[index % SYMBOLS.length],
      symbolSize: 13,
      itemStyle: { color: palette.categories[index % palette.categories.length] },
      data: points
        .filter((point) => point.group === group)
        .map((point) => ({ name: point.label, value: [point.x, point.y], runId: point.runId })),
    })),
  };
}

/** One indicator by two varied entries. */
export function heatmapOption(
  matrix: Matrix,
  words: { across: string[]; up: string[]; acrossName: string; upName: string },
  number: Worded,
  palette: Palette,
): EChartsCoreOption {
  const values = matrix.cells.map(([, , value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const axis = (data: string[], name: string) => ({
    type: "category",
    data,
    name,
    nameLocation: "middle",
    nameGap: 36,
    ...axisStyle(palette),
    axisLabel: { color: palette.muted, width: 110, overflow: "truncate" },
    splitArea: { show: false },
  });
  return {
    ...basics(palette),
    tooltip: {
      ...(basics(palette).tooltip as object),
      formatter: ({ value }: { value: [number, number, number] }) =>
        [words.across[value[0]] ?? "", words.up[value[1]] ?? "", number(value[2])].map(escaped).join("<br>"),
    },
    grid: { left: 8, right: 16, top: 32, bottom: 88, containLabel: true },
    xAxis: axis(words.across, words.acrossName),
    yAxis: {
      ...axis(words.up, words.upName),
      nameLocation: "end",
      nameGap: 12,
      nameTextStyle: { color: palette.muted, align: "left" },
    },
    visualMap: {
      min: low,
      max: low === high ? low + 1 : high,
      calculable: false,
      text: [number(high), number(low)],
      orient: "horizontal",
      left: "center",
      bottom: 0,
      inRange: { color: palette.sequential },
      textStyle: { color: palette.muted },
      formatter: (value: number) => number(value),
    },
    series: [
      {
        type: "heatmap",
        data: matrix.cells,
        label: {
          show: matrix.cells.length <= 80,
          formatter: ({ value }: { value: [number, number, number] }) => number(value[2]),
          color: "#1c1a17",
          backgroundColor: "rgba(255, 255, 255, 0.82)",
          padding: [2, 5],
          borderRadius: 3,
        },
      },
    ],
  };
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
