import type { EChartsCoreOption } from "echarts/core";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Formats, useFormats } from "@/shared/format/formats";
import { ZoneClock } from "@/shared/format/zoneClock";
import { axisStyle, basics } from "./basics";
import { Chart, type ChartTable } from "./Chart";
import { endOf, type Intervals, startOf } from "./intervals";
import { type Palette, usePalette } from "./palette";
import { type YearCells, yearCells } from "./yearCells";

interface Props {
  label: string;
  title?: ReactNode;
  /** Steps of an hour or less: `resolution=1h` is enough. Keep its identity while nothing changes. */
  data: Intervals;
  unit: string;
  timezone: string;
  /** Colours from few to many, or from both sides of zero. */
  scale?: "sequential" | "diverging";
  /** Lowest and highest of the colours; default: of the data (around zero for diverging). */
  range?: [low: number, high: number];
  height?: number | string;
  actions?: ReactNode;
  /** A click on a day. */
  onDay?: (date: string) => void;
}

const HOURS = 24;

/** Every hour of a year (or any period) as a coloured cell: days from left to right, hours of the local clock upwards. */
export function YearHeatmap(props: Props) {
  const { label, title, data, unit, timezone, scale = "sequential", range, height = 360, actions, onDay } = props;
  const { t } = useTranslation();
  const palette = usePalette();
  const formats = useFormats();
  const cells = useMemo(
    () => yearCells(data, new ZoneClock(timezone, startOf(data, 0), endOf(data))),
    [data, timezone],
  );
  const [low, high] = range ?? [cells.low, cells.high];
  const option = useMemo(
    () => optionOf(cells, { unit, timezone, scale, low, high, palette, formats }),
    [cells, unit, timezone, scale, low, high, palette, formats],
  );
  const onClick = (event: unknown) => {
    const day = (event as { value?: number[] }).value?.[0];
    const date = day === undefined ? undefined : cells.dates[day];
    if (date !== undefined) onDay?.(date);
  };
  return (
    <Chart
      label={label}
      title={title}
      option={option}
      height={height}
      actions={actions}
      on={onDay ? { click: onClick } : undefined}
      table={() =>
        dailyTable(cells, [t("chart.day"), `${t("chart.mean")} [${unit}]`, `${t("chart.highest")} [${unit}]`], formats)
      }
    />
  );
}

interface Look {
  unit: string;
  timezone: string;
  scale: "sequential" | "diverging";
  low: number;
  high: number;
  palette: Palette;
  formats: Formats;
}

function optionOf(cells: YearCells, look: Look): EChartsCoreOption {
  const { palette, formats, unit, timezone, scale } = look;
  const style = axisStyle(palette);
  const month = new Intl.DateTimeFormat(formats.locale, { month: "short", timeZone: timezone });
  const points: [number, number, number][] = [];
  for (let cell = 0; cell < cells.values.length; cell += 1) {
    const value = cells.values[cell] as number;
    if (!Number.isNaN(value)) points.push([Math.floor(cell / HOURS), cell % HOURS, value]);
  }
  const widest = Math.max(Math.abs(look.low), Math.abs(look.high));
  const [min, max] = scale === "diverging" ? [-widest, widest] : [look.low, look.high];
  return {
    ...basics(palette),
    grid: { left: 8, right: 16, top: 12, bottom: 64, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      ...(basics(palette).tooltip as object),
      formatter: ({ value: [day, hour, value] }: { value: [number, number, number] }) => {
        const date = formats.date(cells.dayStarts[day] ?? 0, timezone);
        return `${date}, ${clockHour(hour)} – ${clockHour(hour + 1)}<br><b>${formats.quantity(value, unit, 3)}</b>`;
      },
    },
    xAxis: {
      ...style,
      type: "category",
      data: cells.dates,
      splitLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        ...style.axisLabel,
        interval: (_index: number, date: string) => isLabelled(date, cells.dates.length),
        hideOverlap: true,
        formatter: (date: string) =>
          cells.dates.length > 62 ? month.format(Date.parse(`${date}T12:00:00Z`)) : Number(date.slice(8)).toString(),
      },
    },
    yAxis: {
      ...style,
      type: "category",
      data: Array.from({ length: HOURS }, (_, hour) => clockHour(hour)),
      splitLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...style.axisLabel, interval: 5 },
    },
    visualMap: {
      type: "continuous",
      min,
      max: max > min ? max : min + 1,
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 4,
      itemWidth: 12,
      itemHeight: 180,
      text: [formats.quantity(max, unit, 2), formats.quantity(min, unit, 2)],
      textStyle: { color: palette.muted },
      inRange: { color: scale === "diverging" ? palette.diverging : palette.sequential },
    },
    series: [
      {
        type: "heatmap",
        data: points,
        progressive: 0,
        emphasis: { itemStyle: { borderColor: palette.text, borderWidth: 1 } },
      },
    ],
  };
}

function isLabelled(date: string, days: number): boolean {
  return days > 62 ? date.endsWith("-01") : true;
}

function clockHour(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

/** A year of cells is more than anybody reads: a day's mean and its highest hour. */
function dailyTable(cells: YearCells, columns: string[], formats: Formats): ChartTable {
  const rows = cells.dates.map((date, day) => {
    const hours = Array.from(cells.values.subarray(day * HOURS, (day + 1) * HOURS)).filter(
      (value) => !Number.isNaN(value),
    );
    const mean = hours.reduce((sum, value) => sum + value, 0) / Math.max(hours.length, 1);
    const highest = hours.length > 0 ? Math.max(...hours) : Number.NaN;
    return [date, formats.number(mean, 3), formats.number(highest, 3)];
  });
  return { columns, rows };
}
