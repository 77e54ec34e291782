import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics } from "@/shared/charts/basics";
import type { ChartTable } from "@/shared/charts/Chart";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import { PLOT, stepWords, timeAxis } from "./axis";
import type { Scene } from "./scene";
import { tooltipTable } from "./tooltip";

/** What batteries and cars hold at the end of each step. */
export function storedOption(scene: Scene, palette: Palette, word: string, formats: Formats): EChartsCoreOption {
  return {
    ...basics(palette),
    grid: { ...PLOT, top: 28, bottom: 28 },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: palette.muted } },
      formatter: (points: { dataIndex: number }[]) => {
        const step = points[0]?.dataIndex ?? 0;
        const value = formats.quantity(scene.storedKwh[step], "kWh", 2);
        return tooltipTable(stepWords(scene.edges, step, scene.clock, formats), [
          { name: word, colour: palette.storage, value },
        ]);
      },
    },
    xAxis: timeAxis(scene.edges, scene.clock, palette, formats),
    yAxis: {
      ...axisStyle(palette),
      type: "value",
      name: "kWh",
      min: 0,
      splitNumber: 3,
      nameTextStyle: { color: palette.muted, align: "right" },
      axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(value, 3) },
    },
    series: [
      {
        type: "line",
        name: word,
        symbol: "none",
        lineStyle: { width: 2, color: palette.storage },
        areaStyle: { color: palette.storage, opacity: 0.25 },
        itemStyle: { color: palette.storage },
        emphasis: { disabled: true },
        data: scene.storedKwh,
      },
    ],
  };
}

export function storedTable(scene: Scene, time: string, word: string, formats: Formats): ChartTable {
  return {
    columns: [time, `${word} [kWh]`],
    rows: scene.storedKwh.map((value, step) => [
      stepWords(scene.edges, step, scene.clock, formats),
      value === null ? "–" : formats.number(value, 3),
    ]),
  };
}
