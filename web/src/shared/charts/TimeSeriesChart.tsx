import { Box } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import type { ECharts } from "echarts/core";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type Formats, useFormats } from "@/shared/format/formats";
import { MINUTE_MS, ZoneClock } from "@/shared/format/zoneClock";
import { Chart, type ChartTable } from "./Chart";
import type { Intervals } from "./intervals";
import { usePalette } from "./palette";
import { drawAll, type Scene, type TimeSeries, timeSeriesOption, windowOption } from "./timeSeriesOption";
import { intervalWords, timeTooltip } from "./timeTooltip";
import { inside, leastWindow, sameWindow, shifted, type TimeWindow, zoomed } from "./timeWindow";

export type { TimeSeries } from "./timeSeriesOption";

interface Props {
  label: string;
  title?: ReactNode;
  /** Keep its identity (useMemo) while nothing changes: another array draws everything anew. */
  series: TimeSeries[];
  timezone: string;
  /** All that there is; the window moves inside of it. */
  extent: TimeWindow;
  window: TimeWindow;
  /** After people zoomed or moved, a moment after the last movement: for the address, and to fetch finer values. */
  onWindow: (window: TimeWindow) => void;
  height?: number | string;
  actions?: ReactNode;
}

const SETTLE_MS = 250;
const TABLE_ROWS = 400;
/** Before the chart is there its width is not known. */
const USUAL_PX = 800;

/**
 * Series over time in a community's zone, from years to single steps: wheel, drag, pinch and slider on the canvas, arrows
 * and + − on the keyboard. Where a window holds too many steps to see, means of hours, days or weeks are drawn, with a
 * band from the lowest to the highest step; so a year of quarter-hours (and a minute series of years) stays quick.
 */
export function TimeSeriesChart({ label, title, series, timezone, extent, window, onWindow, height, actions }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const formats = useFormats();
  const { ref: frame, width } = useElementSize();
  const chart = useRef<ECharts | null>(null);
  const pointer = useRef(0);
  const shown = useRef(window);
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const report = useRef(onWindow);
  report.current = onWindow;
  const { from, to } = extent;
  const clock = useMemo(() => new ZoneClock(timezone, from, to), [timezone, from, to]);

  const scene = useMemo(
    (): Scene => ({
      series,
      clock,
      extent: { from, to },
      palette,
      formats,
      widthPx: width || USUAL_PX,
      leastMs: leastWindow(Math.min(...series.map(({ data }) => stepOf(data)))),
    }),
    [series, clock, from, to, palette, formats, width],
  );
  const option = useMemo(() => {
    const words = () => timeTooltip(pointer.current, series, drawAll(scene, shown.current), clock, formats);
    return timeSeriesOption(scene, shown.current, words);
  }, [scene, series, clock, formats]);

  const redraw = (zoom: boolean) => {
    const made = chart.current;
    if (made === null) return;
    const next = windowOption(scene, shown.current);
    const { from: startValue, to: endValue } = shown.current;
    const dataZoom = ["inside", "slider"].map((id) => ({ id, startValue, endValue }));
    made.setOption(zoom ? { ...next, dataZoom } : next, { lazyUpdate: true });
  };
  const show = useRef(redraw);
  show.current = redraw;

  useEffect(() => {
    if (sameWindow(window, shown.current)) return;
    shown.current = window;
    show.current(true);
  }, [window]);
  useEffect(() => () => clearTimeout(settle.current), []);

  const settled = () => {
    clearTimeout(settle.current);
    settle.current = setTimeout(() => report.current(shown.current), SETTLE_MS);
  };
  const onZoom = (event: unknown) => {
    const window = zoomedTo(event, { from, to });
    if (window === null || sameWindow(window, shown.current)) return;
    shown.current = window;
    redraw(false);
    settled();
  };
  const go = (next: TimeWindow) => {
    if (sameWindow(next, shown.current)) return;
    shown.current = next;
    redraw(true);
    settled();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = windowByKey(event.key, shown.current, extent, scene.leastMs);
    if (next === null || event.target !== event.currentTarget) return;
    event.preventDefault();
    go(next);
  };
  const onReady = (made: ECharts) => {
    chart.current = made;
    // Comes before the tooltip's own listener: it needs the instant below the pointer, not the nearest point.
    made.getZr().on("mousemove", ({ offsetX }: { offsetX: number }) => {
      pointer.current = Number(made.convertFromPixel({ xAxisIndex: 0 }, offsetX));
    });
  };
  return (
    <Box ref={frame} role="group" tabIndex={0} aria-label={`${label}. ${t("chart.keys")}`} onKeyDown={onKeyDown}>
      <Chart
        label={label}
        title={title}
        option={option}
        height={height}
        actions={actions}
        on={{ datazoom: onZoom }}
        onReady={onReady}
        table={() => tableOf(scene, shown.current, t("chart.time"), formats)}
      />
    </Box>
  );
}

function stepOf(data: Intervals): number {
  return "stepMs" in data ? data.stepMs : (data.starts[1] ?? data.end) - (data.starts[0] ?? 0);
}

/** ECharts tells zooming in percent of the axis, in a batch when it comes from the canvas itself. */
function zoomedTo(event: unknown, extent: TimeWindow): TimeWindow | null {
  const told = event as { start?: number; end?: number; batch?: { start?: number; end?: number }[] };
  const { start, end } = told.batch?.[0] ?? told;
  if (start === undefined || end === undefined) return null;
  const at = (percent: number) =>
    Math.round((extent.from + ((extent.to - extent.from) * percent) / 100) / MINUTE_MS) * MINUTE_MS;
  const window = { from: at(start), to: at(end) };
  return window.to > window.from ? window : null;
}

function windowByKey(key: string, window: TimeWindow, extent: TimeWindow, leastMs: number): TimeWindow | null {
  const length = window.to - window.from;
  switch (key) {
    case "ArrowLeft":
      return shifted(window, -length / 4, extent);
    case "ArrowRight":
      return shifted(window, length / 4, extent);
    case "+":
      return zoomed(window, 0.5, extent, leastMs);
    case "-":
      return zoomed(window, 2, extent, leastMs);
    case "Home":
      return inside({ from: extent.from, to: extent.from + length }, extent);
    case "End":
      return inside({ from: extent.to - length, to: extent.to }, extent);
    default:
      return null;
  }
}

function tableOf(scene: Scene, window: TimeWindow, timeWord: string, formats: Formats): ChartTable {
  const pictures = drawAll(scene, window, TABLE_ROWS);
  const edges = pictures[0]?.edges ?? new Float64Array();
  const rows: (string | number)[][] = [];
  for (let index = 0; index + 1 < edges.length && rows.length < TABLE_ROWS; index += 1) {
    const [first, last] = [edges[index] as number, edges[index + 1] as number];
    if (last <= window.from || first >= window.to) continue;
    const values = scene.series.map((one, number) => formats.quantity(pictures[number]?.means[index], one.unit, 3));
    rows.push([intervalWords(first, last, scene.clock, formats), ...values]);
  }
  return { columns: [timeWord, ...scene.series.map((one) => one.name)], rows };
}
