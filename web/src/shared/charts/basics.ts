import type { EChartsCoreOption } from "echarts/core";
import type { Palette } from "./palette";

/** What all charts have in common: colours, fonts, no animation of large data, a tooltip that stays inside. */
export function basics(palette: Palette): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: "inherit", color: palette.text },
    color: palette.categories,
    tooltip: {
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 13 },
    },
  };
}

export function axisStyle(palette: Palette) {
  return {
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { lineStyle: { color: palette.line } },
    axisLabel: { color: palette.muted },
    nameTextStyle: { color: palette.muted },
    splitLine: { lineStyle: { color: palette.line, opacity: 0.6 } },
  };
}

export function legendStyle(palette: Palette) {
  return { textStyle: { color: palette.text }, inactiveColor: palette.muted, itemHeight: 10, itemWidth: 16 };
}
