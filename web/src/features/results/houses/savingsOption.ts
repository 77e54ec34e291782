import type { EChartsCoreOption } from "echarts/core";
import { axisStyle, basics } from "@/shared/charts/basics";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import type { HouseRow } from "./rows";

/** A bar for each house, sorted; losses hang below zero. */
export function savingsOption(
  rows: HouseRow[],
  currency: string,
  palette: Palette,
  formats: Formats,
): EChartsCoreOption {
  return {
    ...basics(palette),
    grid: { left: 8, right: 16, top: 28, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (points: { dataIndex: number }[]) => {
        const row = rows[points[0]?.dataIndex ?? 0];
        if (row === undefined) return "";
        const name = document.createElement("span");
        name.textContent = row.name;
        const share = row.savingRate === null ? "" : ` (${formats.percent(row.savingRate)})`;
        return `<div style="font-weight:600">${name.innerHTML}</div>${formats.money(row.savingEur, currency)}${share}`;
      },
    },
    xAxis: {
      ...axisStyle(palette),
      type: "category",
      data: rows.map((row) => String(row.id)),
      axisLabel: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      ...axisStyle(palette),
      type: "value",
      name: currency,
      nameTextStyle: { color: palette.muted, align: "right" },
      axisLabel: { color: palette.muted, formatter: (value: number) => formats.number(value, 1) },
    },
    series: [
      {
        type: "bar",
        barCategoryGap: rows.length > 150 ? "0%" : "20%",
        barMinHeight: 1,
        data: rows.map((row) => ({
          value: row.savingEur,
          itemStyle: { color: row.savingEur < 0 ? palette.unserved : palette.categories[0] },
        })),
      },
    ],
  };
}
