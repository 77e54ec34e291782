import { ActionIcon, Badge, Box, Group, Stack, Switch, Table, Text, Tooltip } from "@mantine/core";
import { IconFileTypeCsv, IconStarFilled } from "@tabler/icons-react";
import { Fragment, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { save } from "@/shared/api/download";
import { useFormats } from "@/shared/format/formats";
import { csvOf } from "@/shared/ui/csv";
import { ChangeText } from "../parts/ChangeText";
import { IndicatorLabel } from "../parts/Explained";
import { bestOf, changeOf, GROUPS, INDICATORS, type IndicatorFacts, valueOfRun, written } from "../parts/indicators";
import type { Summary } from "../queries";
import { runTitle } from "./titles";

interface Props {
  runs: Summary[];
  showAll: boolean;
  onShowAll: (all: boolean) => void;
}

type Value = ReturnType<typeof valueOfRun>;

/** Indicators side by side, what changed against the first run, and which run is best where one way is better. */
export function IndicatorTable({ runs, showAll, onShowAll }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const rows = useMemo(() => {
    const known = INDICATORS.map((facts) => ({ facts, values: runs.map((run) => valueOfRun(run, facts)) }));
    const present = known.filter(({ values }) => values.some((value) => value !== undefined && value !== null));
    return showAll ? present : present.filter(({ values }) => values.some((value) => !isSame(value, values[0])));
  }, [runs, showAll]);
  const saveCsv = () =>
    save(
      csvOf(
        csvColumns(runs, (name) => t(`indicator.${name}.name`)),
        rows,
      ),
      `${t("compare.title")}.csv`,
    );
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Switch
          label={t("compare.table.all")}
          checked={showAll}
          onChange={(event) => onShowAll(event.currentTarget.checked)}
        />
        <Tooltip label={t("common:table.csv")}>
          <ActionIcon variant="subtle" color="gray" onClick={saveCsv} aria-label={t("common:table.csv")}>
            <IconFileTypeCsv size={20} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Box style={{ overflowX: "auto" }} tabIndex={0} role="region" aria-label={t("compare.table.title")}>
        <Table verticalSpacing={6} miw={240 + runs.length * 150}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("overview.all.indicator")}</Table.Th>
              {runs.map((run) => (
                <Table.Th key={run.run_id} scope="col" ta="right" style={{ verticalAlign: "bottom" }}>
                  {runTitle(run)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {GROUPS.map((group) => {
              const inGroup = rows.filter(({ facts }) => facts.group === group);
              if (inGroup.length === 0) return null;
              return (
                <Fragment key={group}>
                  <Table.Tr>
                    <Table.Th scope="rowgroup" colSpan={runs.length + 1} pt="md">
                      <Text size="sm" fw={650} c="dimmed">
                        {t(`overview.groups.${group}`)}
                      </Text>
                    </Table.Th>
                  </Table.Tr>
                  {inGroup.map((row) => (
                    <Row key={row.facts.name} facts={row.facts} values={row.values} runs={runs} />
                  ))}
                </Fragment>
              );
            })}
          </Table.Tbody>
        </Table>
      </Box>
      {rows.length === 0 && <Text c="dimmed">{t("compare.table.same")}</Text>}
    </Stack>
  );
}

function Row({ facts, values, runs }: { facts: IndicatorFacts; values: Value[]; runs: Summary[] }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const best = bestOf(facts.name, values);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <IndicatorLabel name={facts.name} />
      </Table.Th>
      {runs.map((run, index) => {
        const unit = run.units[facts.name] ?? "1";
        const change = index === 0 ? null : changeOf(facts.name, values[index], values[0]);
        return (
          <Table.Td key={run.run_id} ta="right" style={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}>
            <Group gap={6} justify="flex-end" wrap="nowrap">
              {best[index] && (
                <Badge size="xs" variant="light" leftSection={<IconStarFilled size={9} />} tt="none">
                  {t("compare.table.best")}
                </Badge>
              )}
              <Text size="sm" fw={best[index] ? 650 : 400} span>
                {written(formats, facts.name, values[index], unit, run.timezone)}
              </Text>
            </Group>
            {change && change.difference !== 0 && (
              <ChangeText name={facts.name} unit={unit} change={change} size="xs" />
            )}
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}

function isSame(value: Value, first: Value): boolean {
  if (typeof value === "number" && typeof first === "number")
    return Math.abs(value - first) <= 1e-6 * Math.max(Math.abs(value), Math.abs(first));
  return (value ?? null) === (first ?? null);
}

type Found = { facts: IndicatorFacts; values: Value[] };

function csvColumns(runs: Summary[], name: (indicator: IndicatorFacts["name"]) => string) {
  return [
    { header: "name", value: (row: Found) => name(row.facts.name) },
    { header: "indicator", value: (row: Found) => row.facts.name },
    { header: "unit", value: (row: Found) => runs[0]?.units[row.facts.name] ?? "1" },
    ...runs.map((run, index) => ({ header: runTitle(run), value: (row: Found) => row.values[index] ?? null })),
  ];
}
