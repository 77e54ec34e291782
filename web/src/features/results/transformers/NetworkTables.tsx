import { Badge } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { TextLink } from "@/shared/ui/LinkButton";
import { Moment } from "../parts/Moment";
import type { Header } from "../queries";
import type { CheckedHouse, CheckedLine } from "./queries";

const HEIGHT = 440;

/** Voltages at the houses; those that left the band first. */
export function VoltagesTable({ houses, run }: { houses: CheckedHouse[]; run: Header }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const rows = useMemo(
    () =>
      [...houses].sort(
        (a, b) =>
          Number(b.violation) - Number(a.violation) ||
          b.hours_below + b.hours_above - (a.hours_below + a.hours_above) ||
          a.min_voltage_pu - b.min_voltage_pu,
      ),
    [houses],
  );
  const columns = useMemo((): Column<CheckedHouse>[] => {
    const word = (id: "minVoltage" | "maxVoltage" | "hoursBelow" | "hoursAbove") =>
      t(`transformers.network.columns.${id}`);
    const pu = (value: number) => formats.number(value, 4);
    return [
      {
        id: "name",
        header: t("transformers.network.columns.house"),
        value: (row) => row.name,
        render: (row) => (
          <TextLink
            to="/runs/$runId/houses/$houseId"
            params={{ runId: run.run_id, houseId: row.node_id }}
            size="sm"
            style={{ whiteSpace: "nowrap" }}
          >
            {row.name}
          </TextLink>
        ),
      },
      verdict(
        t("transformers.network.columns.verdict"),
        t("transformers.network.outside"),
        t("transformers.network.inside"),
      ),
      {
        id: "min",
        header: word("minVoltage"),
        unit: "pu",
        numeric: true,
        value: (row) => row.min_voltage_pu,
        render: (row) => pu(row.min_voltage_pu),
      },
      {
        id: "minAt",
        header: t("transformers.network.columns.at"),
        value: (row) => row.min_at ?? null,
        render: (row) => <Moment at={row.min_at} timezone={run.timezone} />,
      },
      {
        id: "max",
        header: word("maxVoltage"),
        unit: "pu",
        numeric: true,
        value: (row) => row.max_voltage_pu,
        render: (row) => pu(row.max_voltage_pu),
      },
      {
        id: "maxAt",
        header: t("transformers.network.columns.at"),
        value: (row) => row.max_at ?? null,
        render: (row) => <Moment at={row.max_at} timezone={run.timezone} />,
      },
      {
        id: "below",
        header: word("hoursBelow"),
        unit: "h",
        numeric: true,
        value: (row) => row.hours_below,
        render: (row) => formats.number(row.hours_below, 2),
      },
      {
        id: "above",
        header: word("hoursAbove"),
        unit: "h",
        numeric: true,
        value: (row) => row.hours_above,
        render: (row) => formats.number(row.hours_above, 2),
      },
    ];
  }, [t, formats, run]);
  return (
    <DataTable
      label={t("transformers.network.voltages")}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.node_id}
      height={HEIGHT}
    />
  );
}

/** Lines and transformers; those that were overloaded first. */
export function LinesTable({ lines, run }: { lines: CheckedLine[]; run: Header }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const rows = useMemo(
    () =>
      [...lines].sort(
        (a, b) => Number(b.violation) - Number(a.violation) || b.max_loading_percent - a.max_loading_percent,
      ),
    [lines],
  );
  const columns = useMemo(
    (): Column<CheckedLine>[] => [
      { id: "name", header: t("transformers.network.columns.line"), value: (row) => row.name },
      {
        id: "kind",
        header: t("transformers.network.columns.kind"),
        value: (row) =>
          row.kind === "transformer" ? t("transformers.network.transformer") : t("transformers.network.line"),
      },
      verdict(
        t("transformers.network.columns.verdict"),
        t("transformers.network.overloaded"),
        t("transformers.network.inside"),
      ),
      {
        id: "loading",
        header: t("transformers.columns.loadingPercent"),
        unit: "%",
        numeric: true,
        value: (row) => row.max_loading_percent,
        render: (row) => formats.number(row.max_loading_percent, 1),
      },
      {
        id: "at",
        header: t("transformers.network.columns.at"),
        value: (row) => row.max_at ?? null,
        render: (row) => <Moment at={row.max_at} timezone={run.timezone} />,
      },
      {
        id: "hours",
        header: t("transformers.columns.hoursAbove100"),
        unit: "h",
        numeric: true,
        value: (row) => row.hours_above_100_percent,
        render: (row) => formats.number(row.hours_above_100_percent, 2),
      },
      {
        id: "losses",
        header: t("transformers.network.columns.losses"),
        unit: "kWh",
        numeric: true,
        value: (row) => row.energy_loss_kwh,
        render: (row) => formats.number(row.energy_loss_kwh, 1),
      },
    ],
    [t, formats, run.timezone],
  );
  return (
    <DataTable
      label={t("transformers.network.lines")}
      rows={rows}
      columns={columns}
      rowKey={(row) => `${row.kind} ${row.name}`}
      height={HEIGHT}
    />
  );
}

function verdict<Row extends { violation: boolean }>(header: string, bad: string, good: string): Column<Row> {
  return {
    id: "verdict",
    header,
    value: (row) => (row.violation ? bad : good),
    render: (row) => (
      <Badge size="sm" variant="light" color={row.violation ? "red" : "moss"}>
        {row.violation ? bad : good}
      </Badge>
    ),
  };
}
