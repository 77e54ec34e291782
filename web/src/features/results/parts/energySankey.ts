import type { EChartsCoreOption } from "echarts/core";
import { basics } from "@/shared/charts/basics";
import type { ChartTable } from "@/shared/charts/Chart";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import type { EnergyFlows, EnergyNode } from "./energy";

export type NodeWords = Record<EnergyNode, string>;

const COLOURS: Record<EnergyNode, keyof Palette> = {
  generation: "generation",
  import: "import",
  before: "discharge",
  unserved: "unserved",
  ownUse: "ownUse",
  shared: "shared",
  storage: "storage",
  load: "load",
  driving: "load",
  export: "export",
  curtailed: "curtailed",
  loss: "curtailed",
  kept: "discharge",
};
/** Left: where energy comes from; right: where it goes. Fixed, so that a node stands at the same place in every run. */
const DEPTHS: Partial<Record<EnergyNode, number>> = {
  generation: 0,
  import: 0,
  before: 0,
  unserved: 0,
  ownUse: 1,
  shared: 1,
  storage: 1,
  load: 2,
  driving: 2,
  export: 2,
  curtailed: 2,
  loss: 2,
  kept: 2,
};

/** The Sankey of a period. `narrow` leaves less room beside it. */
export function energySankeyOption(
  { links }: EnergyFlows,
  palette: Palette,
  words: NodeWords,
  formats: Formats,
  narrow: boolean,
): EChartsCoreOption {
  const names = [...new Set(links.flatMap((link) => [link.from, link.to]))];
  const size = (node: EnergyNode) => {
    const of = (end: "from" | "to") => links.reduce((sum, link) => sum + (link[end] === node ? link.kwh : 0), 0);
    return Math.max(of("from"), of("to"));
  };
  const kwh = (value: number) => formats.quantity(value, "kWh");
  return {
    ...basics(palette),
    tooltip: {
      ...(basics(palette).tooltip as object),
      formatter: ({
        data,
      }: {
        data: { source?: EnergyNode; target?: EnergyNode; value?: number; name?: EnergyNode };
      }) =>
        data.source && data.target
          ? `${words[data.source]} → ${words[data.target]}<br/><b>${kwh(data.value ?? 0)}</b>`
          : `${data.name ? words[data.name] : ""}<br/><b>${data.name ? kwh(size(data.name)) : ""}</b>`,
    },
    series: [
      {
        type: "sankey",
        left: 4,
        right: narrow ? 84 : 128,
        top: 12,
        bottom: 12,
        nodeWidth: narrow ? 10 : 14,
        nodeGap: narrow ? 36 : 24,
        nodeAlign: "justify",
        layoutIterations: 48,
        draggable: false,
        emphasis: { focus: "adjacency" },
        lineStyle: { color: "gradient", opacity: 0.38, curveness: 0.5 },
        label: {
          color: palette.text,
          fontSize: narrow ? 11 : 12,
          lineHeight: 15,
          formatter: ({ name }: { name: EnergyNode }) => `{name|${words[name]}}\n${kwh(size(name))}`,
          rich: { name: { fontWeight: 600, fontSize: narrow ? 11 : 12, lineHeight: 15, color: palette.text } },
        },
        data: names.map((name) => ({
          name,
          depth: DEPTHS[name],
          itemStyle: { color: palette[COLOURS[name]], borderWidth: 0 },
        })),
        links: links.map((link) => ({ source: link.from, target: link.to, value: link.kwh })),
      },
    ],
  };
}

export function energyTable(
  { links, totalKwh }: EnergyFlows,
  words: NodeWords,
  formats: Formats,
  columns: string[],
): ChartTable {
  return {
    columns,
    rows: links.map((link) => [
      `${words[link.from]} → ${words[link.to]}`,
      formats.quantity(link.kwh, "kWh"),
      formats.percent(totalKwh > 0 ? link.kwh / totalKwh : 0),
    ]),
  };
}
