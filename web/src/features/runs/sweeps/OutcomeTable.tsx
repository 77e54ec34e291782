import { Checkbox, Group, MultiSelect, Stack, Text, Title } from "@mantine/core";
import { IconArrowsDiff } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { LinkButton, TextLink } from "@/shared/ui/LinkButton";
import { MOST_COMPARED } from "../list/useRuns";
import { StatusBadge } from "../parts/StatusBadge";
import type { SweepWithRuns } from "../queries";
import { figure, type OutcomeRow, shown } from "./outcomes";
import type { SweepWords } from "./words";

interface Props {
  sweep: SweepWithRuns;
  rows: OutcomeRow[];
  indicators: string[];
  words: SweepWords;
}

const FIRST = [
  "bill_eur",
  "saving_eur",
  "saving_rate",
  "self_consumption_rate",
  "self_sufficiency_rate",
  "import_peak_kw",
];

/** One row for each run: what was varied, and the chosen indicators. */
export function OutcomeTable({ sweep, rows, indicators, words }: Props) {
  const { t } = useTranslation("runs");
  const [columnsShown, setColumns] = useState(FIRST);
  const [chosen, setChosen] = useState<number[]>([]);
  // States move on between two readings of the table.
  const stateOf = useMemo(() => new Map(sweep.runs.map((run) => [run.id, run.status])), [sweep.runs]);
  const columns = useMemo((): Column<OutcomeRow>[] => {
    const { variables, value, indicatorName, unit, figureText } = words;
    return [
      {
        id: "chosen",
        header: t("list.select"),
        value: (row) => (chosen.includes(row.run_id) ? 0 : 1),
        render: (row) => (
          <Checkbox
            checked={chosen.includes(row.run_id)}
            disabled={row.status !== "succeeded"}
            aria-label={t("list.selectRun", { name: row.run_id })}
            onChange={(event) =>
              setChosen(
                event.currentTarget.checked ? [...chosen, row.run_id] : chosen.filter((id) => id !== row.run_id),
              )
            }
          />
        ),
      },
      {
        id: "run",
        header: t("sweeps.outcome.run"),
        value: (row) => row.run_id,
        numeric: true,
        render: (row) => (
          <TextLink
            to="/runs/$runId"
            params={{ runId: row.run_id }}
            size="sm"
            aria-label={t("sweeps.outcome.open", { id: row.run_id })}
          >
            {row.run_id}
          </TextLink>
        ),
      },
      {
        id: "state",
        header: t("sweeps.outcome.state"),
        value: (row) => stateOf.get(row.run_id) ?? row.status,
        render: (row) => (
          <Stack gap={2} maw={260}>
            <StatusBadge status={stateOf.get(row.run_id) ?? row.status} />
            {row.error && <Text size="xs">{row.error}</Text>}
          </Stack>
        ),
      },
      ...variables.map(
        (variable): Column<OutcomeRow> => ({
          id: variable.path,
          header: variable.name,
          value: (row) => {
            const of = row.varied[variable.path];
            return variable.choices || typeof of !== "number" ? value(variable, of) : of;
          },
          render: (row) => (
            <Text size="sm" style={{ whiteSpace: "nowrap" }}>
              {value(variable, row.varied[variable.path])}
            </Text>
          ),
        }),
      ),
      ...columnsShown.map(
        (indicator): Column<OutcomeRow> => ({
          id: indicator,
          header: indicatorName(indicator),
          unit: unit(indicator),
          numeric: true,
          value: (row) => shown(figure(row, indicator), indicator),
          render: (row) => figureText(figure(row, indicator), indicator),
        }),
      ),
    ];
  }, [t, words, chosen, columnsShown, stateOf]);
  const isComparable = chosen.length >= 2 && chosen.length <= MOST_COMPARED;
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          {t("sweeps.outcome.table")}
        </Title>
        {isComparable && (
          <LinkButton
            to="/compare"
            search={{ runs: chosen.join(",") }}
            variant="light"
            leftSection={<IconArrowsDiff size={18} />}
          >
            {t("sweeps.outcome.compare")}
          </LinkButton>
        )}
      </Group>
      <MultiSelect
        label={t("sweeps.outcome.columns")}
        data={indicators.map((indicator) => ({ value: indicator, label: words.indicatorName(indicator) }))}
        value={columnsShown}
        onChange={(next) => setColumns(indicators.filter((indicator) => next.includes(indicator)))}
      />
      <DataTable
        label={t("sweeps.outcome.table")}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.run_id}
        searchable={rows.length > 12}
      />
    </Stack>
  );
}
