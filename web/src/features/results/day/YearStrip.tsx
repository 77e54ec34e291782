import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ECharts, EChartsCoreOption } from "echarts/core";
import { useCallback, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { axisStyle, basics } from "@/shared/charts/basics";
import { Chart } from "@/shared/charts/Chart";
import { type Palette, usePalette } from "@/shared/charts/palette";
import { type Formats, useFormats } from "@/shared/format/formats";
import { localDate, startOfDay } from "@/shared/format/zones";
import { Surface } from "@/shared/ui/Surface";
import { type Header, type NodeSeries, type ResultNode, seriesQuery } from "../queries";
import { PLOT } from "./axis";
import type { DaySpan } from "./span";
import { tooltipTable } from "./tooltip";

interface Props {
  run: Header;
  node: ResultNode;
  span: DaySpan;
  onDate: (date: string) => void;
}

/** All days of the run in small, to pick one from. */
export function YearStrip({ run, node, span, onDate }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const palette = usePalette();
  const formats = useFormats();
  const answer = useQuery(
    seriesQuery(run.run_id, ["load_kwh", "generation_kwh"], { nodeId: node.node_id, resolution: "1d" }),
  );
  const words = useMemo(() => ({ load: t("common:measure.load"), generation: t("common:measure.generation") }), [t]);
  const strip = useMemo(
    () => (answer.data ? stripOf(answer.data as NodeSeries, run.timezone) : null),
    [answer.data, run.timezone],
  );
  const option = useMemo(
    () => (strip ? stripOption(strip, span, run.timezone, palette, words, formats) : null),
    [strip, span, run.timezone, palette, words, formats],
  );
  const pick = useRef({ strip, onDate });
  pick.current = { strip, onDate };
  const onReady = useCallback((chart: ECharts) => {
    chart.getZr().on("click", (event: { offsetX: number; offsetY: number }) => {
      const index = chart.convertFromPixel({ xAxisIndex: 0 }, [event.offsetX, event.offsetY])?.[0];
      const date = index === undefined ? undefined : pick.current.strip?.dates[Math.round(index)];
      if (date !== undefined) pick.current.onDate(date);
    });
    chart.getZr().setCursorStyle("pointer");
  }, []);
  if (answer.isError) return null;
  return (
    <Surface p="xs">
      {strip === null ? (
        <Skeleton h={152} />
      ) : (
        <Chart
          label={t("day.strip")}
          option={option}
          height={120}
          onReady={onReady}
          table={() => ({
            columns: [t("common:chart.day"), `${words.load} [kWh]`, `${words.generation} [kWh]`],
            rows: strip.dates.map((date, index) => [
              formats.date(startOfDay(date, run.timezone), run.timezone),
              formats.number(strip.loadKwh[index] ?? 0, 1),
              formats.number(strip.generationKwh[index] ?? 0, 1),
            ]),
          })}
        />
      )}
    </Surface>
  );
}

interface Strip {
  dates: string[];
  loadKwh: (number | null)[];
  generationKwh: (number | null)[];
}

function stripOf(series: NodeSeries, timezone: string): Strip {
  return {
    dates: (series.timestamps ?? []).map((text) => localDate(text, timezone)),
    loadKwh: series.values.load_kwh ?? [],
    generationKwh: series.values.generation_kwh ?? [],
  };
}

function stripOption(
  strip: Strip,
  span: DaySpan,
  timezone: string,
  palette: Palette,
  words: { load: string; generation: string },
  formats: Formats,
): EChartsCoreOption {
  const style = axisStyle(palette);
  const month = new Intl.DateTimeFormat(formats.locale, { month: "short", timeZone: "UTC" });
  const first = strip.dates.indexOf(span.date);
  const isLong = strip.dates.length > 62;
  return {
    ...basics(palette),
    grid: { ...PLOT, top: 8, bottom: 22 },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: palette.muted } },
      formatter: (points: { dataIndex: number }[]) => {
        const day = points[0]?.dataIndex ?? 0;
        const kwh = (values: (number | null)[]) => formats.quantity(values[day], "kWh");
        return tooltipTable(formats.date(startOfDay(strip.dates[day] ?? span.date, timezone), timezone), [
          { name: words.load, colour: palette.load, value: kwh(strip.loadKwh) },
          { name: words.generation, colour: palette.generation, value: kwh(strip.generationKwh) },
        ]);
      },
    },
    xAxis: {
      ...style,
      type: "category",
      data: strip.dates,
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        ...style.axisLabel,
        hideOverlap: true,
        interval: (_: number, date: string) => !isLong || date.endsWith("-01"),
        formatter: (date: string) => (isLong ? month.format(Date.parse(date)) : String(Number(date.slice(8)))),
      },
    },
    yAxis: {
      ...style,
      type: "value",
      splitNumber: 2,
      axisLabel: { ...style.axisLabel, formatter: (value: number) => formats.quantity(value, "kWh", 0), fontSize: 10 },
    },
    series: [
      {
        type: "line",
        name: words.load,
        symbol: "none",
        lineStyle: { width: 1.25, color: palette.load },
        data: strip.loadKwh,
        markArea: {
          silent: true,
          itemStyle: { color: palette.shared, opacity: 0.35, borderColor: palette.shared, borderWidth: 2 },
          data:
            first < 0 ? [] : [[{ xAxis: first }, { xAxis: Math.min(first + span.days - 1, strip.dates.length - 1) }]],
        },
      },
      {
        type: "line",
        name: words.generation,
        symbol: "none",
        lineStyle: { width: 1, color: palette.generation },
        areaStyle: { color: palette.generation, opacity: 0.3 },
        data: strip.generationKwh,
      },
    ],
  };
}
