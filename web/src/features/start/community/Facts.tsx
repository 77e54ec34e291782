import { DataList, Skeleton, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import { placeOf } from "../place";
import { type Grid, useCounts } from "../queries";

export function Facts({ grid }: { grid: Grid }) {
  const { t } = useTranslation(["start", "common"]);
  const formats = useFormats();
  const counts = useCounts(grid);
  const limit = (kw: number | null | undefined) =>
    kw === null || kw === undefined ? t("community.unlimited") : formats.quantity(kw, "kW");
  const island = grid.import_limit_kw === 0 && grid.export_limit_kw === 0;
  const rows: [string, ReactNode][] = [
    [
      t("community.size"),
      counts.data ? (
        `${t("count.houses", { count: counts.data.houses })}, ${t("count.transformers", { count: counts.data.transformers })}`
      ) : counts.isError ? (
        t("card.countsMissing")
      ) : (
        <Skeleton key="size" h={18} w={160} />
      ),
    ],
    [
      t("field.place"),
      grid.location ? placeOf(grid.location, formats.number, (side) => t(`place.${side}`)) : t("community.noPlace"),
    ],
    [t("field.timezone"), grid.timezone],
    [t("field.currency"), grid.currency],
    [t("field.importLimit"), island ? t("community.island") : limit(grid.import_limit_kw)],
    [t("field.exportLimit"), island ? t("community.island") : limit(grid.export_limit_kw)],
    [
      t("community.changed"),
      t("community.changedAt", {
        at: formats.moment(grid.updated_at, grid.timezone),
        version: formats.number(grid.version),
      }),
    ],
  ];
  return (
    <Surface p="lg">
      <Title order={2} size="h4" mb="sm">
        {t("community.facts")}
      </Title>
      <DataList labelWidth={140} withDivider>
        {rows.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue>{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
    </Surface>
  );
}
