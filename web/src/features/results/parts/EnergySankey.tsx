import { Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import type { Summary } from "../queries";
import { energyFlows, type StorageStrategy } from "./energy";
import { energySankeyOption, energyTable, type NodeWords } from "./energySankey";

/** Where the energy of the run came from and where it went, with what the picture can't know said below it. */
export function EnergySankey({ summary, height = 420 }: { summary: Summary; height?: number }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const palette = usePalette();
  const narrow = useMediaQuery("(max-width: 600px)", false, { getInitialValueInEffect: false });
  const flows = useMemo(
    () => energyFlows(summary.indicators, summary.parameters.storage_strategy as StorageStrategy),
    [summary],
  );
  const words = t("overview.flows.nodes", { returnObjects: true }) as NodeWords;
  // biome-ignore lint/correctness/useExhaustiveDependencies: words follow from the language, which formats follow too
  const option = useMemo(
    () => (flows.links.length === 0 ? null : energySankeyOption(flows, palette, words, formats, narrow ?? false)),
    [flows, palette, formats, narrow],
  );
  if (option === null) return <Text c="dimmed">{t("overview.flows.nothing")}</Text>;
  const kwh = (value: number) => formats.quantity(value, "kWh");
  return (
    <>
      <Chart
        label={t("overview.flows.label")}
        option={option}
        height={height}
        table={() => energyTable(flows, words, formats, t("overview.flows.columns", { returnObjects: true }))}
      />
      <Text size="sm" c="dimmed" mt="xs" maw={820}>
        {flows.tradedByStorageKwh > 1e-6 * flows.totalKwh && (
          <>
            {t("overview.flows.throughStorage", {
              traded: kwh(flows.tradedKwh),
              stored: kwh(flows.tradedByStorageKwh),
            })}{" "}
          </>
        )}
        {flows.isDivided && <>{t("overview.flows.divided")} </>}
        {flows.residualKwh > 1e-5 * flows.totalKwh
          ? t("overview.flows.residual", { residual: kwh(flows.residualKwh), total: kwh(flows.totalKwh) })
          : t("overview.flows.balanced", { total: kwh(flows.totalKwh) })}
      </Text>
    </>
  );
}
