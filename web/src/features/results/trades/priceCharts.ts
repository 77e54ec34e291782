import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics, legendStyle } from "@/shared/charts/basics";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import { inOneUnit } from "../parts/months";
import { type HourOfDay, type PriceDuration, thinned } from "./prices";

interface PriceWords {
  traded: string;
  price: string;
  hours: string;
  retail: string;
  feedIn: string;
}

export function hoursOfDayOption(
  hours: HourOfDay[],
  showPrice: boolean,
  priceUnit: string,
  words: PriceWords,
  palette: Palette,
  formats: Formats,
): EChartsCoreOption {
  const power = inOneUnit(
    hours.map((hour) => hour.tradedKw),
    "kW",
  );
  return {
    ...basics(palette),
    grid: { left: 8, right: 8, top: 32, bottom: 40, containLabel: true },
    legend: { ...legendStyle(palette), bottom: 0, data: showPrice ? [words.traded, words.price] : [words.traded] },
    tooltip: { ...(basics(palette).tooltip as object), trigger: "axis" },
    xAxis: {
      type: "category",
      data: hours.map(({ hour }) => `${String(hour).padStart(2, "0")}:00`),
      ...axisStyle(palette),
    },
    yAxis: [
      { type: "value", name: power.unit, ...axisStyle(palette) },
      {
        type: "value",
        name: priceUnit,
        show: showPrice,
        scale: true,
        ...axisStyle(palette),
        axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(value, 4) },
        splitLine: { show: false },
      },
    ],
    series: [
      {
        type: "bar",
        name: words.traded,
        itemStyle: { color: palette.shared },
        data: hours.map((hour) => hour.tradedKw / power.factor),
        tooltip: { valueFormatter: (value: number) => `${formats.number(value, 2)} ${power.unit}` },
      },
      {
        type: "line",
        name: words.price,
        yAxisIndex: 1,
        symbolSize: 6,
        itemStyle: { color: palette.price },
        data: showPrice ? hours.map((hour) => hour.price) : [],
        tooltip: {
          valueFormatter: (value: number | null) =>
            value === null || value === undefined ? "–" : `${formats.number(value, 4)} ${priceUnit}`,
        },
      },
    ],
  };
}

const MOST_POINTS = 600;

export function priceDurationOption(
  duration: PriceDuration,
  stepHours: number,
  bounds: { retail: number; feedIn: number } | null,
  priceUnit: string,
  words: PriceWords,
  palette: Palette,
  formats: Formats,
): EChartsCoreOption {
  const lines = bounds
    ? [
        { yAxis: bounds.retail, name: words.retail },
        { yAxis: bounds.feedIn, name: words.feedIn },
      ]
    : [];
  return {
    ...basics(palette),
    grid: { left: 8, right: 16, top: 32, bottom: 28, containLabel: true },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      valueFormatter: (value: number) => `${formats.number(value, 4)} ${priceUnit}`,
    },
    xAxis: {
      type: "value",
      name: words.hours,
      nameLocation: "middle",
      nameGap: 26,
      min: 0,
      max: duration.hoursWithTrade,
      ...axisStyle(palette),
    },
    yAxis: {
      type: "value",
      name: priceUnit,
      scale: true,
      min: bounds ? Math.min(bounds.feedIn, duration.lowest) : undefined,
      max: bounds ? Math.max(bounds.retail, duration.highest) : undefined,
      ...axisStyle(palette),
      axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(value, 3) },
    },
    series: [
      {
        type: "line",
        step: "end",
        symbol: "none",
        name: words.price,
        lineStyle: { width: 2, color: palette.price },
        itemStyle: { color: palette.price },
        data: thinned(duration.prices, MOST_POINTS).map(([rank, price]) => [rank * stepHours, price]),
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: palette.muted, type: "dashed" },
          label: { position: "insideEndTop", color: palette.muted, formatter: "{b}" },
          data: lines,
        },
      },
    ],
  };
}
