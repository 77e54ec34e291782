import { Box, SimpleGrid } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { type Palette, usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import type { Summary } from "../queries";
import { type EnergyFlows, energyFlows, type StorageStrategy } from "./energy";
import { type Bars, monthsOption, monthsTable } from "./months";

const SUPPLY = {
  ownUse: "ownUse",
  shared: "shared",
  storage: "discharge",
  import: "import",
  unserved: "unserved",
} as const;
const USE = {
  ownUse: "ownUse",
  shared: "shared",
  storage: "storage",
  export: "export",
  curtailed: "curtailed",
} as const;

/** The last of three has a row of its own. */
const WIDE = { gridColumn: "1 / -1" } as const;

type Kind = "supply" | "use" | "money";

/** Three charts with a bar for each month: supply of the load, use of the generation, and money. */
export function MonthCharts({
  summary,
  height = 300,
  kinds = ["supply", "use", "money"],
  cols = { base: 1, lg: 2 },
}: {
  summary: Summary;
  height?: number;
  kinds?: Kind[];
  cols?: Record<string, number>;
}) {
  return (
    <SimpleGrid cols={cols} spacing="md">
      {kinds.map((kind) => (
        <Box key={kind} style={kind === "money" ? WIDE : undefined} miw={0}>
          <Surface>
            <MonthChart summary={summary} kind={kind} height={height} />
          </Surface>
        </Box>
      ))}
    </SimpleGrid>
  );
}

function MonthChart({ summary, kind, height }: { summary: Summary; kind: Kind; height: number }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const palette = usePalette();
  const unit = kind === "money" ? summary.currency : "kWh";
  const bars = useMemo(() => {
    const name = (part: string) => t(`overview.months.parts.${part}` as "overview.months.parts.ownUse");
    return kind === "money" ? moneyBars(summary, palette, name) : energyBars(summary, kind, palette, name);
  }, [summary, kind, palette, t]);
  const option = useMemo(() => monthsOption(bars, unit, palette, formats), [bars, unit, palette, formats]);
  return (
    <Chart
      label={t(`overview.months.${kind}`)}
      option={option}
      height={height}
      table={() => monthsTable(bars, unit, t("overview.months.month"), formats)}
    />
  );
}

function energyBars(summary: Summary, kind: "supply" | "use", palette: Palette, name: (part: string) => string): Bars {
  const strategy = summary.parameters.storage_strategy as StorageStrategy;
  const flows: EnergyFlows[] = summary.months.map((month) => energyFlows(month.indicators, strategy));
  const colours: Record<string, keyof Palette> = kind === "supply" ? SUPPLY : USE;
  const parts = Object.entries(colours).map(([part, colour]) => ({
    name: name(part),
    colour: palette[colour] as string,
    values: flows.map((month) => (month[kind] as Record<string, number>)[part] ?? 0),
    stacked: true,
  }));
  return {
    months: summary.months.map((month) => month.month),
    series: parts.filter((part) => part.values.some((value) => value > 0)),
  };
}

function moneyBars(summary: Summary, palette: Palette, name: (part: string) => string): Bars {
  const of = (indicator: string) => summary.months.map((month) => Number(month.indicators[indicator] ?? 0));
  return {
    months: summary.months.map((month) => month.month),
    series: [
      { name: name("reference"), colour: palette.import, values: of("reference_bill_eur"), stacked: false },
      { name: name("bill"), colour: palette.categories[0] as string, values: of("bill_eur"), stacked: false },
      { name: name("saving"), colour: palette.generation, values: of("saving_eur"), stacked: false },
    ],
  };
}
