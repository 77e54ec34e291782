import { Box, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { changeOf, factsOf, type IndicatorName, valueOfRun, written, writtenChange } from "../parts/indicators";
import { referenceOf } from "../parts/reference";
import type { Indicators, Summary } from "../queries";

/** What a reader of the printed report wants; left out where there is nothing of it. */
const PRINTED: IndicatorName[] = [
  "bill_eur",
  "saving_eur",
  "saving_rate",
  "self_sufficiency_rate",
  "self_consumption_rate",
  "local_coverage_rate",
  "load_kwh",
  "generation_kwh",
  "own_use_kwh",
  "bought_local_kwh",
  "bought_grid_kwh",
  "imported_kwh",
  "exported_kwh",
  "curtailed_kwh",
  "unserved_kwh",
  "charge_kwh",
  "discharge_kwh",
  "storage_loss_kwh",
  "full_cycles",
  "driven_kwh",
  "heat_kwh",
  "import_peak_kw",
  "import_peak_at",
  "export_peak_kw",
  "loading_max_percent",
  "co2_kg",
  "mean_local_price_eur_per_kwh",
  "fees_eur",
  "incentive_eur",
  "participation_rate",
  "gini_savings",
  "jain_savings",
  "worst_quality_of_service",
];

export function IndicatorSheet({ summary, baseline }: { summary: Summary; baseline: Indicators | null }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const rows = PRINTED.map((name) => {
    const unit = summary.units[name] ?? "1";
    const value = valueOfRun(summary, factsOf(name));
    const before = referenceOf(name, summary, baseline);
    const change = changeOf(name, value, before);
    return { name, unit, value, before, change };
  }).filter(({ value }) => value !== null && value !== undefined && value !== 0);
  return (
    <Box className="report-wide" tabIndex={0} role="region" aria-label={t("report.indicators")}>
      <Table verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("overview.all.indicator")}</Table.Th>
            <Table.Th ta="right">{t("overview.all.value")}</Table.Th>
            <Table.Th ta="right">{t("overview.all.without")}</Table.Th>
            <Table.Th ta="right">{t("overview.all.change")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ fontVariantNumeric: "tabular-nums" }}>
          {rows.map(({ name, unit, value, before, change }) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`indicator.${name}.name`)}</Table.Td>
              <Table.Td ta="right">{written(formats, name, value, unit, summary.timezone)}</Table.Td>
              <Table.Td ta="right">{written(formats, name, before, unit, summary.timezone)}</Table.Td>
              <Table.Td ta="right">
                {change ? writtenChange(formats, name, unit, change, t("compare.points")) : "–"}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
