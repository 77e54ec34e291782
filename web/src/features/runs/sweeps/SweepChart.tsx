import { Group, Select, Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Chart, type ChartTable } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { KindEntry } from "../form/entries";
import type { SweepWithRuns } from "../queries";
import { figure, keyOf, matrixOf, type OutcomeRow, shown } from "./outcomes";
import { barsOption, heatmapOption, scatterOption } from "./sweepChart";
import type { SweepWords } from "./words";

const route = getRouteApi("/inside/sweeps/$sweepId");

interface Props {
  sweep: SweepWithRuns;
  rows: OutcomeRow[];
  indicators: string[];
  words: SweepWords;
}

/** The outcomes as a picture; what it shows is in the address. */
export function SweepChart({ sweep, rows, indicators, words }: Props) {
  const { t } = useTranslation("runs");
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const kind = view.chart ?? (words.variables.length >= 2 ? "heatmap" : "bars");
  const x = indicators.find((name) => name === view.x) ?? "saving_eur";
  const y = indicators.find((name) => name === view.y) ?? "self_sufficiency_rate";
  const set = (next: Partial<typeof view>) => navigate({ search: { ...view, ...next }, replace: true });
  const kinds = [
    { value: "bars" as const, name: t("sweeps.outcome.bars") },
    { value: "scatter" as const, name: t("sweeps.outcome.scatter") },
    ...(words.variables.length >= 2 ? [{ value: "heatmap" as const, name: t("sweeps.outcome.heatmap") }] : []),
  ];
  const data = indicators.map((name) => ({ value: name, label: words.indicatorName(name) }));
  const choice = (label: string, value: string, key: "x" | "y") => (
    <Select
      label={label}
      data={data}
      value={value}
      onChange={(next) => next && set({ [key]: next })}
      allowDeselect={false}
      w={230}
    />
  );
  const isReady = rows.some((row) => figure(row, x) !== null);
  return (
    <Stack gap="md">
      <Group gap="lg" align="flex-end">
        <KindEntry label={t("sweeps.outcome.chart")} value={kind} kinds={kinds} onChoose={(chart) => set({ chart })} />
        {kind === "scatter" ? (
          <>
            {choice(t("sweeps.outcome.across"), x, "x")}
            {choice(t("sweeps.outcome.up"), y, "y")}
          </>
        ) : (
          choice(t("sweeps.outcome.indicator"), x, "x")
        )}
      </Group>
      {!isReady ? (
        <Text c="dimmed" h={320}>
          {t("sweeps.outcome.waiting")}
        </Text>
      ) : kind === "heatmap" && words.variables.length >= 2 ? (
        <Heatmap sweep={sweep} rows={rows} indicator={x} words={words} />
      ) : kind === "scatter" ? (
        <Scatter rows={rows} x={x} y={y} words={words} />
      ) : (
        <Bars rows={rows} indicator={x} words={words} />
      )}
    </Stack>
  );
}

function Bars({ rows, indicator, words }: { rows: OutcomeRow[]; indicator: string; words: SweepWords }) {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  const palette = usePalette();
  const bars = useMemo(
    () =>
      rows.flatMap((row) => {
        const value = shown(figure(row, indicator), indicator);
        return value === null ? [] : [{ label: words.variedText(row.varied), value }];
      }),
    [rows, indicator, words.variedText],
  );
  const option = useMemo(
    () => barsOption(bars, words.withUnit(indicator), (value) => number(value, 4), palette),
    [bars, words.withUnit, indicator, number, palette],
  );
  const table = (): ChartTable => ({
    columns: [t("sweeps.varied"), words.withUnit(indicator)],
    rows: bars.map((bar) => [bar.label, number(bar.value, 4)]),
  });
  return (
    <Chart
      label={t("sweeps.outcome.barsLabel", { indicator: words.indicatorName(indicator) })}
      option={option}
      table={table}
      height={380}
    />
  );
}

function Scatter({ rows, x, y, words }: { rows: OutcomeRow[]; x: string; y: string; words: SweepWords }) {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  const palette = usePalette();
  const first = words.variables[0];
  const points = useMemo(
    () =>
      rows.flatMap((row) => {
        const [across, up] = [shown(figure(row, x), x), shown(figure(row, y), y)];
        if (across === null || up === null || first === undefined) return [];
        const label = words.variedText(row.varied);
        return [{ runId: row.run_id, label, group: words.value(first, row.varied[first.path]), x: across, y: up }];
      }),
    [rows, x, y, first, words.variedText, words.value],
  );
  const names = { x: words.withUnit(x), y: words.withUnit(y) };
  const option = useMemo(
    () => scatterOption(points, { x: words.withUnit(x), y: words.withUnit(y) }, (value) => number(value, 4), palette),
    [points, words.withUnit, x, y, number, palette],
  );
  const table = (): ChartTable => ({
    columns: [t("sweeps.varied"), names.x, names.y],
    rows: points.map((point) => [point.label, number(point.x, 4), number(point.y, 4)]),
  });
  return (
    <Chart
      label={t("sweeps.outcome.scatterLabel", { up: words.indicatorName(y), across: words.indicatorName(x) })}
      option={option}
      table={table}
      height={420}
    />
  );
}

interface HeatmapProps {
  sweep: SweepWithRuns;
  rows: OutcomeRow[];
  indicator: string;
  words: SweepWords;
}

function Heatmap({ sweep, rows, indicator, words }: HeatmapProps) {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  const palette = usePalette();
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const { variables, value } = words;
  const across = variables.find(({ path }) => path === view.across) ?? variables[0];
  const up =
    variables.find(({ path }) => path === view.up && path !== across?.path) ??
    variables.find(({ path }) => path !== across?.path);
  const others = variables.filter(({ path }) => path !== across?.path && path !== up?.path);
  const [fixed, setFixed] = useState<Record<string, unknown>>({});
  const option = useMemo(() => {
    if (!across || !up) return null;
    const held = Object.fromEntries(
      variables
        .filter(({ path }) => path !== across.path && path !== up.path)
        .map(({ path }) => [path, path in fixed ? fixed[path] : sweep.vary[path]?.[0]]),
    );
    const valuesOf = (path: string) => sweep.vary[path] ?? [];
    const matrix = matrixOf(
      rows,
      { path: across.path, values: valuesOf(across.path) },
      { path: up.path, values: valuesOf(up.path) },
      held,
      indicator,
    );
    const texts = {
      across: matrix.across.map((entry) => value(across, entry)),
      up: matrix.up.map((entry) => value(up, entry)),
      acrossName: across.name,
      upName: up.name,
    };
    return heatmapOption(matrix, texts, (figure) => number(figure, 2), palette);
  }, [across, up, variables, fixed, sweep.vary, rows, indicator, value, number, palette]);
  if (!across || !up) return null;
  const axis = (label: string, chosen: string, key: "across" | "up") => (
    <Select
      label={label}
      data={variables.map(({ path, name }) => ({ value: path, label: name }))}
      value={chosen}
      onChange={(next) => next && navigate({ search: { ...view, [key]: next }, replace: true })}
      allowDeselect={false}
      w={220}
    />
  );
  return (
    <Stack gap="sm">
      {(variables.length > 2 || view.across) && (
        <Group gap="md">
          {axis(t("sweeps.outcome.across"), across.path, "across")}
          {axis(t("sweeps.outcome.up"), up.path, "up")}
          {others.map((variable) => (
            <Select
              key={variable.path}
              label={variable.name}
              data={(sweep.vary[variable.path] ?? []).map((entry) => ({
                value: keyOf(entry),
                label: value(variable, entry),
              }))}
              value={keyOf(variable.path in fixed ? fixed[variable.path] : sweep.vary[variable.path]?.[0])}
              onChange={(next) => next && setFixed({ ...fixed, [variable.path]: JSON.parse(next) as unknown })}
              allowDeselect={false}
              w={200}
            />
          ))}
        </Group>
      )}
      <Chart
        label={t("sweeps.outcome.heatmapLabel", {
          indicator: words.indicatorName(indicator),
          across: across.name,
          up: up.name,
        })}
        title={words.withUnit(indicator)}
        option={option}
        height={Math.max(320, 120 + 56 * (sweep.vary[up.path]?.length ?? 1))}
      />
    </Stack>
  );
}
