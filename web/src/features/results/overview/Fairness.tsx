import { SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import { IndicatorLabel } from "../parts/Explained";
import { type IndicatorName, written } from "../parts/indicators";
import type { Summary } from "../queries";

const SHOWN: IndicatorName[] = ["participation_rate", "gini_savings", "jain_savings", "worst_quality_of_service"];

/** How evenly savings and service are spread, each with a sentence that says how to read it. */
export function Fairness({ summary }: { summary: Summary }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const lifted = Number(summary.fairness.savings_lifted_by_eur ?? 0);
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing={{ base: "xs", sm: "md" }}>
        {SHOWN.map((name) => (
          <Surface key={name}>
            <Text size="sm" c="dimmed" fw={500} component="div">
              <IndicatorLabel name={name} />
            </Text>
            <Text fz={24} fw={650} style={{ fontVariantNumeric: "tabular-nums" }}>
              {written(formats, name, summary.fairness[name], summary.units[name] ?? "1", summary.timezone)}
            </Text>
            <Text size="sm" c="dimmed">
              {t(`overview.fairness.${name as "gini_savings"}`)}
            </Text>
          </Surface>
        ))}
      </SimpleGrid>
      {lifted > 0.005 && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("overview.fairness.lifted", { amount: formats.money(lifted, summary.currency) })}
        </Text>
      )}
    </>
  );
}
