/** A duration curve: in how many hours a measure was at least so large. */
import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics } from "@/shared/charts/basics";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";

export interface Curve {
  hours: number[];
  values: number[];
  unit: string;
}

export interface Limit {
  value: number;
  label: string;
  severe: boolean;
}

export interface DurationWords {
  hours: string;
  /** "1,200 h at 30 kW or more" */
  point: (hours: string, value: string) => string;
}

export function durationOption(
  curve: Curve,
  limits: Limit[],
  palette: Palette,
  words: DurationWords,
  formats: Formats,
): EChartsCoreOption {
  const write = (value: number) =>
    curve.unit.endsWith("/kWh")
      ? formats.price(value, curve.unit.slice(0, -4))
      : formats.quantity(value, curve.unit, 2);
  return {
    ...basics(palette),
    grid: { left: 8, right: 24, top: 32, bottom: 32, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: palette.muted } },
      formatter: (points: { data: [number, number] }[]) => {
        const [hours, value] = points[0]?.data ?? [0, 0];
        return words.point(formats.number(hours, 1), write(value));
      },
    },
    xAxis: {
      ...axisStyle(palette),
      type: "value",
      name: words.hours,
      nameLocation: "middle",
      nameGap: 28,
      min: 0,
      max: curve.hours.at(-1) ?? 1,
      axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(value, 0), hideOverlap: true },
    },
    yAxis: {
      ...axisStyle(palette),
      type: "value",
      name: curve.unit,
      nameTextStyle: { color: palette.muted, align: "left" },
      axisLabel: {
        color: palette.muted,
        showMaxLabel: limits.length === 0,
        formatter: (value: number) => formats.number(value, 3),
      },
      max:
        limits.length > 0
          ? (range: { max: number }) => Math.max(range.max, ...limits.map((one) => one.value)) * 1.05
          : undefined,
    },
    series: [
      {
        type: "line",
        symbol: "none",
        lineStyle: { width: 2, color: palette.categories[0] },
        itemStyle: { color: palette.categories[0] },
        areaStyle: { color: palette.categories[0], opacity: 0.18 },
        emphasis: { disabled: true },
        data: curve.hours.map((hours, index) => [hours, curve.values[index] ?? 0]),
        markLine: {
          silent: true,
          symbol: "none",
          data: limits.map((limit) => ({
            yAxis: limit.value,
            lineStyle: {
              color: limit.severe ? palette.unserved : palette.muted,
              type: limit.severe ? "solid" : "dashed",
            },
            label: { formatter: limit.label, position: "insideEndTop", color: palette.text },
          })),
        },
      },
    ],
  };
}
