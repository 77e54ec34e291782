import { Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import type { NetworkPage } from "./queries";
import { voltageOption } from "./voltageOption";

/** From the lowest to the highest voltage of every house, beside the band that it should stay in. */
export function VoltageChart({ network }: { network: NetworkPage }) {
  const { t } = useTranslation("results");
  const navigate = useNavigate();
  const palette = usePalette();
  const formats = useFormats();
  const houses = useMemo(
    () => [...network.houses].sort((a, b) => a.min_voltage_pu - b.min_voltage_pu),
    [network.houses],
  );
  const option = useMemo(
    () =>
      voltageOption(houses, network.band, palette, formats, {
        low: t("transformers.network.low"),
        high: t("transformers.network.high"),
      }),
    [houses, network.band, palette, formats, t],
  );
  const onClick = (event: unknown) => {
    const house = houses[(event as { dataIndex: number }).dataIndex];
    if (house)
      void navigate({ to: "/runs/$runId/houses/$houseId", params: { runId: network.run_id, houseId: house.node_id } });
  };
  return (
    <>
      <Chart
        label={t("transformers.network.chart")}
        option={option}
        height={280}
        on={{ click: onClick }}
        table={() => ({
          columns: [
            t("transformers.network.columns.house"),
            `${t("transformers.network.columns.minVoltage")} [pu]`,
            `${t("transformers.network.columns.maxVoltage")} [pu]`,
          ],
          rows: houses.map((house) => [
            house.name,
            formats.number(house.min_voltage_pu, 4),
            formats.number(house.max_voltage_pu, 4),
          ]),
        })}
      />
      <Text size="sm" c="dimmed">
        {t("transformers.network.chartHelp")}
      </Text>
    </>
  );
}
