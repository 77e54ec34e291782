import type { EChartsCoreOption } from "echarts/core";
import type { Formats } from "@/shared/format/formats";
import type { ZoneClock } from "@/shared/format/zoneClock";
import { axisStyle, basics, legendStyle } from "./basics";
import { type Drawn, drawn, drawnSize, type Intervals } from "./intervals";
import type { Palette } from "./palette";
import { tickWords, timeTicks } from "./timeTicks";
import type { TimeWindow } from "./timeWindow";

/** One series of a time chart. Series of one unit share an axis; the first unit has the left one, the second the right. */
export interface TimeSeries {
  name: string;
  unit: string;
  color: string;
  data: Intervals;
  /** Series of one stack lie upon each other as areas (negative ones downwards). */
  stack?: string;
  area?: boolean;
  dashed?: boolean;
  /** Lowest to highest value behind the mean where several steps are drawn as one. Default: only if it is the only series. */
  band?: boolean;
}

export interface Scene {
  series: TimeSeries[];
  clock: ZoneClock;
  extent: TimeWindow;
  palette: Palette;
  formats: Formats;
  /** About how wide the chart is. */
  widthPx: number;
  leastMs: number;
}

/** More values than this in a window are drawn as means of hours, days or weeks. */
const MOST_DRAWN = 3000;
/** Up to so many, each value is drawn as the step that it is. */
const MOST_STEPS = 400;
const PX_PER_TICK = 72;

/** What is drawn of every series in a window; series with equal steps get equal intervals, so that they can be stacked. */
export function drawAll(scene: Pick<Scene, "series" | "clock">, { from, to }: TimeWindow, most = MOST_DRAWN): Drawn[] {
  return scene.series.map(({ data }) => drawn(data, from, to, drawnSize(data, from, to, most), scene.clock));
}

/** The parts of the option that follow the window; merged into the chart while people zoom. */
export function windowOption(scene: Scene, window: TimeWindow): EChartsCoreOption {
  const pictures = drawAll(scene, window);
  const ticks = timeTicks(window.from, window.to, scene.clock, Math.max(scene.widthPx / PX_PER_TICK, 3));
  const places = ticks.map((tick) => tick.at);
  const words = tickWords(scene.formats.locale, scene.clock.timezone);
  const kinds = new Map(ticks.map((tick) => [tick.at, tick.kind]));
  return {
    xAxis: {
      id: "time",
      axisTick: { customValues: places },
      axisLabel: {
        customValues: places,
        hideOverlap: true,
        formatter: (at: number) => {
          const kind = kinds.get(at) ?? "time";
          return kind === "time" || kind === "month" ? words[kind](at) : `{strong|${words[kind](at)}}`;
        },
        rich: { strong: { fontWeight: 600, color: scene.palette.text } },
      },
    },
    series: scene.series.flatMap((series, index) => linesOf(scene, series, pictures[index] as Drawn, index)),
  };
}

function linesOf(scene: Scene, series: TimeSeries, picture: Drawn, index: number): object[] {
  const { edges, means, lows, highs } = picture;
  const yAxisIndex = unitsOf(scene.series).indexOf(series.unit);
  const common = { type: "line", symbol: "none", yAxisIndex, z: series.stack ? 2 : 3 };
  const filled = series.area || series.stack !== undefined;
  const mean = {
    ...common,
    id: `mean-${index}`,
    name: series.name,
    stack: series.stack,
    step: means.length <= MOST_STEPS ? "end" : false,
    lineStyle: { width: filled ? 1 : 1.5, color: series.color, type: series.dashed ? "dashed" : "solid" },
    areaStyle: filled ? { color: series.color, opacity: series.stack ? 0.85 : 0.25 } : undefined,
    itemStyle: { color: series.color },
    data: points(edges, means, true),
  };
  if (series.stack !== undefined || !(series.band ?? scene.series.length === 1)) return [mean];
  const hasBand = lows !== null && highs !== null;
  const band = {
    ...common,
    name: series.name,
    stack: `band-${index}`,
    stackStrategy: "all",
    lineStyle: { opacity: 0 },
    z: 1,
  };
  const height = hasBand ? highs.map((high, at) => (high === null ? null : high - (lows[at] ?? 0))) : [];
  return [
    { ...band, id: `low-${index}`, data: hasBand ? points(edges, lows, false) : [] },
    {
      ...band,
      id: `high-${index}`,
      data: hasBand ? points(edges, height, false) : [],
      areaStyle: { color: series.color, opacity: 0.2 },
    },
    mean,
  ];
}

/** A value stands at the start of its interval while it is a step, and in the middle when it is a point of a line. */
function points(edges: Float64Array, values: (number | null)[], mayStep: boolean): [number, number | null][] {
  if (mayStep && values.length <= MOST_STEPS) {
    const steps = values.map((value, index): [number, number | null] => [edges[index] as number, value]);
    return [...steps, [edges[values.length] as number, values.at(-1) ?? null]];
  }
  return values.map((value, index) => [((edges[index] as number) + (edges[index + 1] as number)) / 2, value]);
}

export function unitsOf(series: TimeSeries[]): string[] {
  return [...new Set(series.map((one) => one.unit))];
}

/** The whole option. `tooltip` writes the words at an instant. */
export function timeSeriesOption(scene: Scene, window: TimeWindow, tooltip: () => string): EChartsCoreOption {
  const { palette, series, extent, formats, clock } = scene;
  const style = axisStyle(palette);
  const following = windowOption(scene, window);
  const units = unitsOf(series);
  const xAxis = following.xAxis as { axisLabel: object; axisTick: object };
  const several = series.length > 1;
  const zoom = {
    xAxisIndex: 0,
    filterMode: "none",
    minValueSpan: scene.leastMs,
    startValue: window.from,
    endValue: window.to,
  };
  return {
    ...basics(palette),
    legend: several
      ? { ...legendStyle(palette), type: "scroll", top: 0, data: series.map((one) => one.name) }
      : undefined,
    grid: {
      left: 8,
      right: units.length > 1 ? 8 : 16,
      top: several ? 56 : 28,
      bottom: 52,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      formatter: tooltip,
      axisPointer: { type: "line", lineStyle: { color: palette.muted } },
    },
    xAxis: {
      ...style,
      ...xAxis,
      type: "value",
      min: extent.from,
      max: extent.to,
      splitLine: { show: false },
      axisTick: { ...style.axisTick, ...xAxis.axisTick },
      axisLabel: { ...style.axisLabel, ...xAxis.axisLabel },
      axisPointer: { label: { show: false } },
    },
    yAxis: units.map((unit, index) => ({
      ...style,
      type: "value",
      name: unit,
      nameLocation: "end",
      nameTextStyle: { color: palette.muted, align: index === 0 ? "left" : "right" },
      axisLabel: { ...style.axisLabel, formatter: (value: number) => formats.number(value, 4) },
      splitLine: index === 0 ? style.splitLine : { show: false },
    })),
    dataZoom: [
      { ...zoom, id: "inside", type: "inside", throttle: 30 },
      {
        ...zoom,
        id: "slider",
        type: "slider",
        throttle: 30,
        height: 18,
        bottom: 6,
        showDataShadow: false,
        brushSelect: false,
        borderColor: palette.line,
        fillerColor: `${palette.shared}33`,
        handleStyle: { color: palette.surface, borderColor: palette.muted },
        moveHandleSize: 0,
        textStyle: { color: palette.muted },
        labelFormatter: (value: number) => formats.moment(value, clock.timezone),
      },
    ],
    series: following.series,
  };
}
