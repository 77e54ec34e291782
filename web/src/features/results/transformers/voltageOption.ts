import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics } from "@/shared/charts/basics";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import type { CheckedHouse, NetworkPage } from "./queries";

/** A floating bar for each house between its lowest and highest voltage, with the band as lines. */
export function voltageOption(
  houses: CheckedHouse[],
  band: NetworkPage["band"],
  palette: Palette,
  formats: Formats,
  words: { low: string; high: string },
): EChartsCoreOption {
  const lowest = Math.min(band.low_pu, ...houses.map((house) => house.min_voltage_pu));
  const highest = Math.max(band.high_pu, ...houses.map((house) => house.max_voltage_pu));
  const margin = (highest - lowest) * 0.08;
  const bar = { type: "bar", stack: "voltage", barCategoryGap: houses.length > 200 ? "0%" : "30%" };
  return {
    ...basics(palette),
    grid: { left: 8, right: 16, top: 28, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (points: { dataIndex: number }[]) => {
        const house = houses[points[0]?.dataIndex ?? 0];
        return house === undefined ? "" : tooltip(house, formats);
      },
    },
    xAxis: {
      ...axisStyle(palette),
      type: "category",
      data: houses.map((house) => String(house.node_id)),
      axisLabel: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      ...axisStyle(palette),
      type: "value",
      name: "pu",
      min: lowest - margin,
      max: highest + margin,
      nameTextStyle: { color: palette.muted, align: "right" },
      axisLabel: {
        color: palette.muted,
        formatter: (value: number) => formats.number(value, 3),
        showMinLabel: false,
        showMaxLabel: false,
      },
    },
    series: [
      { ...bar, silent: true, itemStyle: { color: "transparent" }, data: houses.map((house) => house.min_voltage_pu) },
      {
        ...bar,
        barMinHeight: 2,
        data: houses.map((house) => ({
          value: house.max_voltage_pu - house.min_voltage_pu,
          itemStyle: { color: house.violation ? palette.unserved : palette.categories[0] },
        })),
        markLine: {
          silent: true,
          symbol: "none",
          data: [
            { yAxis: band.high_pu, name: words.high },
            { yAxis: band.low_pu, name: words.low },
          ],
          lineStyle: { color: palette.muted, type: "dashed" },
          label: { position: "insideEndTop", color: palette.text, formatter: "{b}" },
        },
      },
    ],
  };
}

function tooltip(house: CheckedHouse, formats: Formats): string {
  const name = document.createElement("span");
  name.textContent = house.name;
  const range = `${formats.number(house.min_voltage_pu, 4)} – ${formats.number(house.max_voltage_pu, 4)} pu`;
  return `<div style="font-weight:600">${name.innerHTML}</div>${range}`;
}
