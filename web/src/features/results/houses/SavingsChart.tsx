import { Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import type { Header } from "../queries";
import { type HouseRow, winnersAndLosers } from "./rows";
import { savingsOption } from "./savingsOption";

/** The houses' savings from the largest to the smallest. */
export function SavingsChart({ rows, run }: { rows: HouseRow[]; run: Header }) {
  const { t } = useTranslation("results");
  const navigate = useNavigate();
  const palette = usePalette();
  const formats = useFormats();
  const sorted = useMemo(() => [...rows].sort((a, b) => b.savingEur - a.savingEur), [rows]);
  const option = useMemo(() => savingsOption(sorted, run.currency, palette, formats), [sorted, run, palette, formats]);
  const counts = winnersAndLosers(rows);
  const onClick = (event: unknown) => {
    const house = sorted[(event as { dataIndex: number }).dataIndex];
    if (house) void navigate({ to: "/runs/$runId/houses/$houseId", params: { runId: run.run_id, houseId: house.id } });
  };
  return (
    <>
      <Chart
        label={t("houses.savingsChart")}
        option={option}
        height={300}
        on={{ click: onClick }}
        table={() => ({
          columns: [t("houses.columns.name"), t("houses.columns.savingEur"), t("houses.columns.savingRate")],
          rows: sorted.map((row) => [
            row.name,
            formats.money(row.savingEur, run.currency),
            formats.percent(row.savingRate),
          ]),
        })}
      />
      <Text size="sm" c="dimmed">
        {t("houses.counts", {
          better: formats.number(counts.better, 0),
          same: formats.number(counts.same, 0),
          worse: formats.number(counts.worse, 0),
        })}
      </Text>
    </>
  );
}
