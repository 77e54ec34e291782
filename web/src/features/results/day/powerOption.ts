/** The large chart of a day: what served the load upwards, what became of the generation downwards. */
import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics, legendStyle } from "@/shared/charts/basics";
import type { ChartTable } from "@/shared/charts/Chart";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import { PLOT, stepWords, timeAxis } from "./axis";
import type { SupplyPart, UsePart } from "./balance";
import { supplyParts, usageParts } from "./energyParts";
import type { Scene } from "./scene";
import { tooltipTable } from "./tooltip";

export interface PowerWords {
  time: string;
  load: string;
  generation: string;
  supply: Record<SupplyPart, string>;
  use: Record<UsePart, string>;
}

export function powerOption(scene: Scene, palette: Palette, words: PowerWords, formats: Formats): EChartsCoreOption {
  const supply = supplyParts(scene, palette);
  const use = usageParts(scene, palette);
  const area = (name: string, colour: string, stack: string, data: number[]) => ({
    type: "line",
    name,
    stack,
    symbol: "none",
    lineStyle: { width: 0 },
    areaStyle: { color: colour, opacity: 0.92 },
    itemStyle: { color: colour },
    emphasis: { disabled: true },
    data,
  });
  const line = (name: string, colour: string, type: string, data: (number | null)[]) => ({
    type: "line",
    name,
    symbol: "none",
    z: 5,
    lineStyle: { width: 2, color: colour, type },
    itemStyle: { color: colour },
    emphasis: { disabled: true },
    data,
  });
  const negative = (values: ArrayLike<number | null>) => Array.from(values, (value) => -(value ?? 0));
  const hasGeneration = use.length > 0;
  return {
    ...basics(palette),
    grid: { ...PLOT, top: 28, bottom: 60 },
    legend: {
      ...legendStyle(palette),
      type: "scroll",
      bottom: 0,
      left: 0,
      right: 0,
      data: [words.load, ...supply.map((part) => words.supply[part.name]), ...use.map((part) => words.use[part.name])],
    },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: palette.muted } },
      formatter: (points: { dataIndex: number }[]) => {
        const step = points[0]?.dataIndex ?? 0;
        const kw = (value: number) => formats.quantity(value, "kW", 2);
        return tooltipTable(stepWords(scene.edges, step, scene.clock, formats), [
          { name: words.load, colour: palette.load, value: kw(scene.load[step] ?? 0), strong: true },
          ...supply.map((part) => ({
            name: words.supply[part.name],
            colour: part.colour,
            value: kw(part.powers[step] ?? 0),
          })),
          ...(hasGeneration
            ? [
                {
                  name: words.generation,
                  colour: palette.generation,
                  value: kw(scene.generation[step] ?? 0),
                  strong: true,
                },
              ]
            : []),
          ...use.map((part) => ({
            name: words.use[part.name],
            colour: part.colour,
            value: kw(part.powers[step] ?? 0),
          })),
        ]);
      },
    },
    xAxis: {
      ...timeAxis(scene.edges, scene.clock, palette, formats),
      axisLine: { onZero: false, lineStyle: { color: palette.line } },
    },
    yAxis: {
      ...axisStyle(palette),
      type: "value",
      name: "kW",
      nameTextStyle: { color: palette.muted, align: "right" },
      axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(Math.abs(value), 3) },
    },
    series: [
      ...supply.map((part) => area(words.supply[part.name], part.colour, "supply", Array.from(part.powers))),
      ...use.map((part) => area(words.use[part.name], part.colour, "use", negative(part.powers))),
      line(words.load, palette.load, "solid", scene.load),
      ...(hasGeneration ? [line(words.generation, palette.generation, "solid", negative(scene.generation))] : []),
    ],
  };
}

export function powerTable(scene: Scene, palette: Palette, words: PowerWords, formats: Formats): ChartTable {
  const supply = supplyParts(scene, palette);
  const use = usageParts(scene, palette);
  const kw = (value: number | null | undefined) => formats.number(value ?? 0, 3);
  return {
    columns: [
      words.time,
      `${words.load} [kW]`,
      ...supply.map((part) => `${words.supply[part.name]} [kW]`),
      `${words.generation} [kW]`,
      ...use.map((part) => `${words.use[part.name]} [kW]`),
    ],
    rows: scene.load.map((load, step) => [
      stepWords(scene.edges, step, scene.clock, formats),
      kw(load),
      ...supply.map((part) => kw(part.powers[step])),
      kw(scene.generation[step]),
      ...use.map((part) => kw(part.powers[step])),
    ]),
  };
}
