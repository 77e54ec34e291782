import { SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import { IndicatorLabel } from "../parts/Explained";
import { type IndicatorName, written } from "../parts/indicators";
import type { Header, ResultNode } from "../queries";

const SHOWN: IndicatorName[] = [
  "load_kwh",
  "generation_kwh",
  "self_sufficiency_rate",
  "own_self_consumption_rate",
  "imported_kwh",
  "exported_kwh",
  "import_peak_kw",
  "co2_kg",
];
const UNITS: Record<string, string> = { _kwh: "kWh", _kw: "kW", _kg: "kg" };

/** The house's figures, each with its explanation; those that a house without a roof can't have are left out. */
export function HouseCards({ node, run }: { node: ResultNode; run: Header }) {
  const formats = useFormats();
  const { t } = useTranslation("results");
  const hasGeneration = Number(node.indicators.generation_kwh ?? 0) > 0;
  const shown = SHOWN.filter(
    (name) => hasGeneration || !["generation_kwh", "own_self_consumption_rate", "exported_kwh"].includes(name),
  );
  const unit = (name: string) => Object.entries(UNITS).find(([end]) => name.endsWith(end))?.[1] ?? "1";
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md" role="group" aria-label={t("houses.figures")}>
      {shown.map((name) => (
        <Surface key={name} p="sm">
          <Text size="sm" c="dimmed" fw={500} component="div">
            <IndicatorLabel name={name} />
          </Text>
          <Text fz={22} fw={650} style={{ fontVariantNumeric: "tabular-nums" }}>
            {written(formats, name, node.indicators[name], unit(name), run.timezone)}
          </Text>
        </Surface>
      ))}
    </SimpleGrid>
  );
}
