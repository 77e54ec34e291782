import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { EChartsCoreOption } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { axisStyle, basics, legendStyle } from "@/shared/charts/basics";
import { Chart } from "@/shared/charts/Chart";
import { type Palette, usePalette } from "@/shared/charts/palette";
import { type Formats, useFormats } from "@/shared/format/formats";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { inOneUnit } from "../parts/months";
import { type Summary, seriesQuery } from "../queries";
import { type GridSteps, supplyOf, type Week } from "./weeks";

const MEASURES = ["load_kw", "generation_kw", "storage_kw", "grid_kw", "unserved_kw"];
type Words = Record<"local" | "storage" | "import" | "unserved" | "load" | "generation", string>;

/** An hourly week of the community: what served its load, and what it generated. */
export function WeekChart({ summary, week }: { summary: Summary; week: Week }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const palette = usePalette();
  const query = useQuery(seriesQuery(summary.run_id, MEASURES, { from: week.from, to: week.to, resolution: "1h" }));
  const words = t("report.weeks.parts", { returnObjects: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: words follow from the language, which formats follow too
  const option = useMemo(
    () =>
      query.data
        ? weekOption(query.data as Schemas["ResultsSeriesOut"], summary.timezone, words, palette, formats)
        : null,
    [query.data, summary.timezone, palette, formats],
  );
  if (query.isError) return <ProblemNotice problem={query.error} onRetry={() => void query.refetch()} />;
  if (option === null) return <Skeleton h={280} aria-busy="true" />;
  return (
    <Chart
      label={t("report.weeks.of", { from: formats.date(`${week.from}T12:00:00Z`, "UTC") })}
      option={option}
      height={240}
    />
  );
}

function weekOption(
  answer: Schemas["ResultsSeriesOut"],
  timezone: string,
  words: Words,
  palette: Palette,
  formats: Formats,
): EChartsCoreOption {
  const of = (measure: string) => (answer.values[measure] ?? []).map((value) => Number(value ?? 0));
  const steps: GridSteps = {
    load: of("load_kw"),
    generation: of("generation_kw"),
    storage: of("storage_kw"),
    grid: of("grid_kw"),
    unserved: of("unserved_kw"),
  };
  const supply = supplyOf(steps);
  const power = inOneUnit([...steps.load, ...steps.generation], "kW");
  const start = Date.parse(answer.start ?? "");
  const step = (answer.step_minutes ?? 60) * 60_000;
  const times = steps.load.map((_, index) => start + index * step);
  const weekday = new Intl.DateTimeFormat(formats.locale, { weekday: "short", day: "numeric", timeZone: timezone });
  const perDay = Math.round(86_400_000 / step);
  const colours = {
    local: palette.shared,
    storage: palette.discharge,
    import: palette.import,
    unserved: palette.unserved,
  };
  const line = (name: string, values: number[], colour: string, more: object) => ({
    type: "line",
    name,
    symbol: "none",
    itemStyle: { color: colour },
    data: values.map((value) => value / power.factor),
    ...more,
  });
  const parts = (Object.keys(colours) as (keyof typeof colours)[]).filter((part) => supply[part].some((kw) => kw > 0));
  return {
    ...basics(palette),
    grid: { left: 8, right: 8, top: 26, bottom: 34, containLabel: true },
    legend: { ...legendStyle(palette), bottom: 0, textStyle: { color: palette.text, fontSize: 11 } },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      valueFormatter: (kw: number) => `${formats.number(kw)} ${power.unit}`,
    },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: times.map((time) => weekday.format(time)),
      ...axisStyle(palette),
      axisTick: { interval: (index: number) => index % perDay === 0 },
      axisLabel: { color: palette.muted, interval: (index: number) => index % perDay === 0, align: "left" },
    },
    yAxis: { type: "value", name: power.unit, ...axisStyle(palette) },
    series: [
      ...parts.map((part) =>
        line(words[part], supply[part], colours[part], {
          stack: "supply",
          areaStyle: { opacity: 0.85, color: colours[part] },
          lineStyle: { width: 0 },
        }),
      ),
      line(words.load, steps.load, palette.load, { lineStyle: { width: 1.5, color: palette.load } }),
      line(words.generation, steps.generation, palette.generation, {
        lineStyle: { width: 1.5, type: "dashed", color: palette.generation },
      }),
    ],
  };
}
