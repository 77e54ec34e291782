import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { Moment } from "../parts/Moment";
import type { Header } from "../queries";
import { LoadingBar } from "./LoadingBar";
import type { TransformerRow } from "./rows";

interface Props {
  rows: TransformerRow[];
  run: Header;
  chosen: number | undefined;
  onChoose: (id: number) => void;
}

export function TransformersTable({ rows, run, chosen, onChoose }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const columns = useMemo((): Column<TransformerRow>[] => {
    const numeric = (
      id: keyof TransformerRow & Parameters<typeof word>[0],
      unit: string,
      write: (value: number | null) => string,
    ): Column<TransformerRow> => ({
      id,
      header: word(id),
      unit,
      numeric: true,
      value: (row) => row[id] as number | null,
      render: (row) => write(row[id] as number | null),
    });
    const word = (
      id:
        | "capacityKw"
        | "importPeakKw"
        | "exportPeakKw"
        | "hoursAbove80"
        | "hoursAbove100"
        | "importKwh"
        | "exportKwh"
        | "curtailedKwh"
        | "unservedKwh"
        | "houses",
    ) => t(`transformers.columns.${id}`);
    const plain = (digits: number) => (value: number | null) => (value === null ? "–" : formats.number(value, digits));
    const moment = (id: "importPeakAt" | "exportPeakAt"): Column<TransformerRow> => ({
      id,
      header: t(`transformers.columns.${id}`),
      value: (row) => row[id],
      render: (row) => <Moment at={row[id]} timezone={run.timezone} />,
    });
    return [
      {
        id: "name",
        header: t("transformers.columns.name"),
        value: (row) => row.name,
        render: (row) => (
          <Button
            variant={row.id === chosen ? "light" : "subtle"}
            size="compact-sm"
            aria-pressed={row.id === chosen}
            onClick={() => onChoose(row.id)}
          >
            {row.name}
          </Button>
        ),
      },
      {
        id: "loadingPercent",
        header: t("transformers.columns.loadingPercent"),
        unit: "%",
        numeric: true,
        value: (row) => row.loadingPercent,
        render: (row) => <LoadingBar percent={row.loadingPercent} />,
      },
      numeric("capacityKw", "kW", plain(1)),
      numeric("importPeakKw", "kW", plain(1)),
      moment("importPeakAt"),
      numeric("exportPeakKw", "kW", plain(1)),
      moment("exportPeakAt"),
      numeric("hoursAbove80", "h", plain(1)),
      numeric("hoursAbove100", "h", plain(1)),
      numeric("importKwh", "kWh", plain(0)),
      numeric("exportKwh", "kWh", plain(0)),
      numeric("curtailedKwh", "kWh", plain(0)),
      numeric("unservedKwh", "kWh", plain(0)),
      numeric("houses", "", plain(0)),
    ];
  }, [t, formats, run.timezone, chosen, onChoose]);
  return (
    <DataTable
      label={t("transformers.title")}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.id}
      sortBy={{ id: "loadingPercent", desc: true }}
      height={420}
    />
  );
}
