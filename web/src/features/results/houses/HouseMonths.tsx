import { SimpleGrid, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { type Palette, usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { localDate } from "@/shared/format/zones";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { type Bars, monthsOption, monthsTable } from "../parts/months";
import { type Header, type NodeSeries, seriesQuery } from "../queries";
import { SERVED, SUMS, servedBy, sumsAt, USED, usedFor } from "./months";
import { billsQuery } from "./queries";

const SERVED_COLOURS = {
  ownUse: "ownUse",
  storage: "discharge",
  neighbours: "shared",
  import: "import",
  unserved: "unserved",
} as const;
const USED_COLOURS = {
  ownUse: "ownUse",
  storage: "storage",
  neighbours: "shared",
  export: "export",
  curtailed: "curtailed",
} as const;

/** A bar for each month: what served the consumption, what became of the generation, and money. */
export function HouseMonths({ run, houseId }: { run: Header; houseId: number }) {
  const { t } = useTranslation("results");
  const palette = usePalette();
  const names = Object.values(SUMS).flat();
  const answer = useQuery(seriesQuery(run.run_id, names, { nodeId: houseId, resolution: "1mo" }));
  const bills = useQuery(billsQuery(run.run_id, houseId));
  const energy = useMemo(
    () =>
      answer.data
        ? energyBars(answer.data as NodeSeries, run.timezone, palette, (key) => t(`houses.months.parts.${key}`))
        : null,
    [answer.data, run.timezone, palette, t],
  );
  const money = useMemo((): Bars | null => {
    const months = bills.data?.periods.filter((period) => period.period !== "run");
    if (months === undefined) return null;
    return {
      months: months.map((month) => month.period),
      series: [
        {
          name: t("houses.columns.referenceEur"),
          colour: palette.import,
          values: months.map((month) => month.reference_bill_eur),
          stacked: false,
        },
        {
          name: t("houses.columns.billEur"),
          colour: palette.categories[0] as string,
          values: months.map((month) => month.bill_eur),
          stacked: false,
        },
      ],
    };
  }, [bills.data, palette, t]);
  if (answer.isError) return <ProblemNotice problem={answer.error} onRetry={() => void answer.refetch()} />;
  if (energy === null) return <Skeleton h={380} />;
  const hasGeneration = energy.used.series.length > 0;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <MonthsChart bars={energy.served} unit="kWh" label={t("houses.months.served")} />
      {hasGeneration && <MonthsChart bars={energy.used} unit="kWh" label={t("houses.months.used")} />}
      {money && <MonthsChart bars={money} unit={run.currency} label={t("houses.months.money")} />}
    </SimpleGrid>
  );
}

function MonthsChart({ bars, unit, label }: { bars: Bars; unit: string; label: string }) {
  const { t } = useTranslation("results");
  const palette = usePalette();
  const formats = useFormats();
  const option = useMemo(() => monthsOption(bars, unit, palette, formats), [bars, unit, palette, formats]);
  return (
    <Surface>
      <Chart
        label={label}
        option={option}
        height={300}
        table={() => monthsTable(bars, unit, t("bill.month"), formats)}
      />
    </Surface>
  );
}

type PartName = (typeof SERVED)[number] | (typeof USED)[number];

function energyBars(series: NodeSeries, timezone: string, palette: Palette, word: (part: PartName) => string) {
  const months = (series.timestamps ?? []).map((text) => localDate(text, timezone).slice(0, 7));
  const sums = months.map((_, index) => sumsAt(series.values, index));
  const bars = <Name extends PartName>(
    names: readonly Name[],
    parts: Record<Name, number>[],
    colours: Record<Name, keyof Palette>,
  ): Bars => ({
    months,
    series: names
      .map((name) => ({
        name: word(name),
        colour: palette[colours[name]] as string,
        values: parts.map((part) => part[name]),
        stacked: true,
      }))
      .filter((one) => one.values.some((value) => value > 1e-3)),
  });
  return {
    served: bars(SERVED, sums.map(servedBy), SERVED_COLOURS),
    used: bars(USED, sums.map(usedFor), USED_COLOURS),
  };
}
