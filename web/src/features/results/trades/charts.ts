import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics } from "@/shared/charts/basics";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import { axisOf, type Exchange, type Totals } from "./exchanges";

/** Sellers down, buyers across, energy as colour. */
export function matrixOption(
  exchanges: Exchange[],
  others: string,
  palette: Palette,
  formats: Formats,
): EChartsCoreOption {
  const sellers = axisOf(exchanges, "from", others);
  const buyers = axisOf(exchanges, "to", others);
  const row = new Map(sellers.map((key, index) => [key, index]));
  const column = new Map(buyers.map((key, index) => [key, index]));
  // Many small ones together would take all the colour from the single ones; they get the strongest at the most.
  const single = exchanges.filter(({ from, to }) => from !== others && to !== others);
  const largest = Math.max(...(single.length > 0 ? single : exchanges).map((exchange) => exchange.kwh), 0);
  const label = { color: palette.muted, fontSize: 11, width: 110, overflow: "truncate" };
  return {
    ...basics(palette),
    grid: { left: 8, right: 12, top: 12, bottom: 60, containLabel: true },
    tooltip: {
      ...(basics(palette).tooltip as object),
      formatter: ({ value: [x, y, kwh] }: { value: [number, number, number] }) =>
        `${sellers[y]} → ${buyers[x]}<br/><b>${formats.quantity(kwh, "kWh")}</b>`,
    },
    xAxis: {
      type: "category",
      data: buyers,
      position: "top",
      ...axisStyle(palette),
      axisLabel: { show: buyers.length <= 8, ...label, width: 90, rotate: buyers.length > 4 ? 30 : 0 },
      splitLine: { show: false },
    },
    yAxis: {
      type: "category",
      data: sellers,
      inverse: true,
      ...axisStyle(palette),
      axisLabel: { ...label, interval: 0 },
      splitLine: { show: false },
    },
    visualMap: {
      min: 0,
      max: largest,
      calculable: true,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemWidth: 12,
      itemHeight: 160,
      inRange: { color: palette.sequential },
      textStyle: { color: palette.muted },
      formatter: (value: number) => formats.quantity(value, "kWh", 0),
    },
    series: [
      {
        type: "heatmap",
        data: exchanges.map(({ from, to, kwh }) => [column.get(to), row.get(from), kwh]),
        itemStyle: { borderColor: palette.surface, borderWidth: 1 },
        progressive: 0,
      },
    ],
  };
}

interface Band {
  key: string;
  side: "seller" | "house" | "buyer";
}

const nodeOf = ({ side, key }: Band) => `${side}:${key}`;
const wordOf = (name: string) => name.slice(name.indexOf(":") + 1);

function sankey(
  links: { from: Band; to: Band; kwh: number }[],
  palette: Palette,
  formats: Formats,
  narrow: boolean,
): EChartsCoreOption {
  const bands = new Map<string, Band>();
  for (const link of links) for (const band of [link.from, link.to]) bands.set(nodeOf(band), band);
  const colour = { seller: palette.generation, house: palette.shared, buyer: palette.load };
  return {
    ...basics(palette),
    tooltip: {
      ...(basics(palette).tooltip as object),
      formatter: ({ name, value, data }: { name: string; value: number; data: { source?: string; target?: string } }) =>
        `${data.source && data.target ? `${wordOf(data.source)} → ${wordOf(data.target)}` : wordOf(name)}<br/><b>${formats.quantity(value, "kWh")}</b>`,
    },
    series: [
      {
        type: "sankey",
        left: 4,
        right: narrow ? 96 : 150,
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 9,
        draggable: false,
        emphasis: { focus: "adjacency" },
        lineStyle: { color: "gradient", opacity: 0.35, curveness: 0.5 },
        label: {
          color: palette.text,
          fontSize: 11,
          width: narrow ? 90 : 145,
          overflow: "truncate",
          formatter: ({ name }: { name: string }) => wordOf(name),
        },
        data: [...bands].map(([name, { side }]) => ({ name, itemStyle: { color: colour[side], borderWidth: 0 } })),
        links: links.map(({ from, to, kwh }) => ({ source: nodeOf(from), target: nodeOf(to), value: kwh })),
      },
    ],
  };
}

/** Sellers left, buyers right. */
export function sellersToBuyersOption(exchanges: Exchange[], palette: Palette, formats: Formats, narrow: boolean) {
  const links = exchanges.map(({ from, to, kwh }) => ({
    from: { side: "seller" as const, key: from },
    to: { side: "buyer" as const, key: to },
    kwh,
  }));
  return sankey(links, palette, formats, narrow);
}

/** Whom a house bought from, and whom it sold to. */
export function partnersOption(
  house: string,
  partners: { bought: Totals[]; sold: Totals[] },
  palette: Palette,
  formats: Formats,
  narrow: boolean,
) {
  const middle = { side: "house" as const, key: house };
  return sankey(
    [
      ...partners.bought.map(({ key, kwh }) => ({ from: { side: "seller" as const, key }, to: middle, kwh })),
      ...partners.sold.map(({ key, kwh }) => ({ from: middle, to: { side: "buyer" as const, key }, kwh })),
    ],
    palette,
    formats,
    narrow,
  );
}
