import { Badge, Group, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { TextLink } from "@/shared/ui/LinkButton";
import type { Header } from "../queries";
import type { HouseRow } from "./rows";

/** All houses, to sort, search and save; a name leads to the house. */
export function HousesTable({ rows, run }: { rows: HouseRow[]; run: Header }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const severalTransformers = new Set(rows.map((row) => row.transformerId)).size > 1;
  const columns = useMemo((): Column<HouseRow>[] => {
    const energy = (
      id: "loadKwh" | "generationKwh" | "boughtKwh" | "soldKwh" | "importKwh" | "exportKwh",
    ): Column<HouseRow> => ({
      id,
      header: t(`houses.columns.${id}`),
      unit: "kWh",
      numeric: true,
      value: (row) => row[id],
      render: (row) => formats.number(row[id], 0),
    });
    const money = (id: "billEur" | "referenceEur" | "savingEur"): Column<HouseRow> => ({
      id,
      header: t(`houses.columns.${id}`),
      unit: run.currency,
      numeric: true,
      value: (row) => row[id],
      render: (row) => <Money value={row[id]} currency={run.currency} isSaving={id === "savingEur"} />,
    });
    const share = (id: "selfSufficiency" | "savingRate"): Column<HouseRow> => ({
      id,
      header: t(`houses.columns.${id}`),
      numeric: true,
      value: (row) => row[id],
      render: (row) => formats.percent(row[id]),
    });
    const all: Column<HouseRow>[] = [
      {
        id: "name",
        header: t("houses.columns.name"),
        value: (row) => row.name,
        render: (row) => (
          <TextLink
            to="/runs/$runId/houses/$houseId"
            params={{ runId: run.run_id, houseId: row.id }}
            size="sm"
            fw={500}
            style={{ whiteSpace: "nowrap" }}
          >
            {row.name}
          </TextLink>
        ),
      },
      money("billEur"),
      money("referenceEur"),
      money("savingEur"),
      share("savingRate"),
      energy("loadKwh"),
      energy("generationKwh"),
      share("selfSufficiency"),
      energy("boughtKwh"),
      energy("soldKwh"),
      energy("importKwh"),
      energy("exportKwh"),
      {
        id: "flags",
        header: t("houses.columns.flags"),
        value: (row) => row.flags.join(" "),
        render: (row) => <Flags flags={row.flags} />,
      },
    ];
    const place: Column<HouseRow> = {
      id: "transformer",
      header: t("houses.columns.transformer"),
      value: (row) => row.transformer,
    };
    return severalTransformers ? [...all, place] : all;
  }, [t, formats, run, severalTransformers]);
  return <DataTable label={t("houses.title")} rows={rows} columns={columns} rowKey={(row) => row.id} height={560} />;
}

/** An amount; a loss is told apart by its sign, and by its colour for those who see it. */
function Money({ value, currency, isSaving }: { value: number; currency: string; isSaving: boolean }) {
  const formats = useFormats();
  const text = formats.money(value, currency);
  if (!isSaving || value > -0.005) return <>{text}</>;
  return (
    <Text span size="sm" c="red" inherit={false}>
      {text}
    </Text>
  );
}

export function Flags({ flags }: { flags: string[] }) {
  return (
    <Group gap={4} wrap="nowrap">
      {flags.map((flag) => (
        <Badge key={flag} variant="default" size="sm" tt="none" fw={500}>
          {flag}
        </Badge>
      ))}
    </Group>
  );
}
