import { Badge, Checkbox, Group, Progress, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Run } from "@/shared/runs/queries";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { TextLink } from "@/shared/ui/LinkButton";
import { usePeriodWords } from "../layout/RunFacts";
import { StatusBadge } from "../parts/StatusBadge";
import { useGridOf } from "../queries";
import { nameIn, useChoices } from "../words";

interface Props {
  runs: Run[];
  chosen: ReadonlySet<number>;
  onChoose: (runId: number, isChosen: boolean) => void;
}

/** Runs as rows: searched by name, sorted by any column, chosen by a tick. */
export function RunsTable({ runs, chosen, onChoose }: Props) {
  const { t } = useTranslation("runs");
  const { ago } = useFormats();
  const gridOf = useGridOf();
  const choices = useChoices();
  const period = usePeriodWords();
  const columns = useMemo((): Column<Run>[] => {
    const nameOf = (run: Run) => run.name ?? t("list.untitled", { id: run.id });
    return [
      {
        id: "chosen",
        header: t("list.select"),
        value: (run) => (chosen.has(run.id) ? 0 : 1),
        render: (run) => (
          <Checkbox
            checked={chosen.has(run.id)}
            onChange={(event) => onChoose(run.id, event.currentTarget.checked)}
            aria-label={t("list.selectRun", { name: nameOf(run) })}
          />
        ),
      },
      {
        id: "name",
        header: t("list.name"),
        value: nameOf,
        render: (run) => (
          <Stack gap={2} miw={180}>
            <TextLink to="/runs/$runId" params={{ runId: run.id }} fw={500} size="sm">
              {nameOf(run)}
            </TextLink>
            {run.tags.length > 0 && (
              <Group gap={4}>
                {run.tags.map((tag) => (
                  <Badge key={tag} variant="default" tt="none" fw={500} size="sm">
                    {tag}
                  </Badge>
                ))}
              </Group>
            )}
          </Stack>
        ),
      },
      { id: "status", header: t("list.status"), value: (run) => run.status, render: (run) => <State run={run} /> },
      {
        id: "community",
        header: t("list.community"),
        value: (run) => gridOf(run.grid_id)?.name ?? t("list.deletedCommunity", { id: run.grid_id }),
      },
      {
        id: "period",
        header: t("list.period"),
        value: (run) => run.start,
        render: (run) => <Text size="sm">{period(run, gridOf(run.grid_id)?.timezone)}</Text>,
      },
      {
        id: "rules",
        header: t("list.rules"),
        value: (run) => nameIn(choices.allocation, run.parameters.allocation),
      },
      {
        id: "created",
        header: t("list.created"),
        value: (run) => run.created_at,
        render: (run) => (
          <Text size="sm" style={{ whiteSpace: "nowrap" }}>
            {ago(run.created_at)}
          </Text>
        ),
      },
    ];
  }, [t, ago, gridOf, choices, period, chosen, onChoose]);
  return (
    <DataTable
      label={t("list.title")}
      rows={runs}
      columns={columns}
      rowKey={(run) => run.id}
      searchable
      height="calc(100dvh - 260px)"
    />
  );
}

function State({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  const { percent } = useFormats();
  return (
    <Stack gap={4} miw={110}>
      <StatusBadge status={run.status} />
      {run.status === "running" && (
        <Progress
          value={run.progress * 100}
          size="sm"
          aria-label={`${t("progress.label")}: ${percent(run.progress, 0)}`}
        />
      )}
    </Stack>
  );
}
