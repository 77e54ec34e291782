import { Group, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import { ChangeText } from "../parts/ChangeText";
import { Explanation } from "../parts/Explained";
import { changeOf, type IndicatorName, written } from "../parts/indicators";
import { referenceOf } from "../parts/reference";
import type { Indicators, Summary } from "../queries";

/** What people want to know first, in this order. */
const CARDS: IndicatorName[] = [
  "bill_eur",
  "self_sufficiency_rate",
  "self_consumption_rate",
  "local_coverage_rate",
  "imported_kwh",
  "exported_kwh",
  "import_peak_kw",
  "co2_kg",
];

/** Large figures with what sharing changed. Money knows its reference by itself, energy needs a run without sharing. */
export function Cards({ summary, baseline }: { summary: Summary; baseline: Indicators | null }) {
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing={{ base: "xs", sm: "md" }}>
      {CARDS.map((name) => (
        <Card key={name} name={name} summary={summary} baseline={baseline} />
      ))}
    </SimpleGrid>
  );
}

function Card({ name, summary, baseline }: { name: IndicatorName; summary: Summary; baseline: Indicators | null }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const value = summary.indicators[name];
  const unit = summary.units[name] ?? "1";
  const before = referenceOf(name, summary, baseline);
  const change = changeOf(name, value, before);
  const label = t(`indicator.${name}.name`);
  return (
    <Surface p={{ base: "sm", sm: "md" }}>
      <Group justify="space-between" wrap="nowrap" gap={4} align="flex-start">
        <Text size="sm" c="dimmed" fw={500}>
          {label}
        </Text>
        <Explanation of={label}>{t(`indicator.${name}.help`)}</Explanation>
      </Group>
      <Text fz={{ base: 22, sm: 28 }} fw={650} lh={1.25} style={{ fontVariantNumeric: "tabular-nums" }}>
        {written(formats, name, value, unit, summary.timezone)}
      </Text>
      <Text component="div" size="sm" mih={42} c="dimmed">
        {change && (
          <>
            <ChangeText name={name} unit={unit} change={change} />
            <br />
            {t("overview.against", { value: written(formats, name, before, unit, summary.timezone) })}
          </>
        )}
      </Text>
    </Surface>
  );
}
