import { Button, Center, Group, Progress, Select, Skeleton, Stack, Text } from "@mantine/core";
import { IconAdjustmentsAlt, IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { useAbilities } from "@/shared/session/me";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton, TextLink } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { StatusBadge } from "../parts/StatusBadge";
import { type Sweep, useGridOf, useGrids } from "../queries";
import { useSweeps } from "./useSweeps";
import { useVariables, variableOf } from "./variables";

const route = getRouteApi("/inside/sweeps");

/** All sweeps that the caller may see. */
export function SweepsPage() {
  const { t } = useTranslation("runs");
  const { grid } = route.useSearch();
  const navigate = route.useNavigate();
  const { mayOperate, isHousehold } = useAbilities();
  const query = useSweeps(grid);
  const grids = useGrids().data ?? [];
  const sweeps = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const create = mayOperate && (
    <LinkButton to="/sweeps/new" search={{ grid }} leftSection={<IconPlus size={18} />}>
      {t("sweeps.new")}
    </LinkButton>
  );
  const content = () => {
    if (isHousehold) return <Text>{t("sweeps.household")}</Text>;
    if (query.isError && query.data === undefined)
      return <ProblemNotice problem={query.error} onRetry={() => query.refetch()} />;
    if (query.data === undefined) return <Skeleton h={420} aria-busy="true" />;
    if (sweeps.length === 0 && grid === undefined)
      return (
        <Empty icon={<IconAdjustmentsAlt size={28} />} title={t("sweeps.emptyTitle")} actions={create}>
          {t("sweeps.emptyText")}
        </Empty>
      );
    return (
      <Stack gap="sm">
        <Select
          label={t("sweeps.filterCommunity")}
          placeholder={t("list.any")}
          clearable
          w={220}
          data={grids.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={grid === undefined ? null : String(grid)}
          onChange={(next) => navigate({ search: { grid: next === null ? undefined : Number(next) }, replace: true })}
        />
        <Surface>
          <SweepsTable sweeps={sweeps} />
          {query.hasNextPage && (
            <Center mt="sm">
              <Button variant="light" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
                {t("list.older")}
              </Button>
            </Center>
          )}
        </Surface>
      </Stack>
    );
  };
  return (
    <Page title={t("sweeps.title")} description={t("sweeps.description")} actions={create}>
      {content()}
    </Page>
  );
}

function SweepsTable({ sweeps }: { sweeps: Sweep[] }) {
  const { t } = useTranslation("runs");
  const { ago } = useFormats();
  const gridOf = useGridOf();
  const variables = useVariables("EUR");
  const columns = useMemo(
    (): Column<Sweep>[] => [
      {
        id: "name",
        header: t("sweeps.name"),
        value: (sweep) => sweep.name ?? t("sweeps.untitled", { id: sweep.id }),
        render: (sweep) => (
          <TextLink to="/sweeps/$sweepId" params={{ sweepId: sweep.id }} fw={500} size="sm">
            {sweep.name ?? t("sweeps.untitled", { id: sweep.id })}
          </TextLink>
        ),
      },
      {
        id: "status",
        header: t("list.status"),
        value: (sweep) => sweep.status,
        render: (sweep) => <SweepState sweep={sweep} />,
      },
      {
        id: "community",
        header: t("list.community"),
        value: (sweep) => gridOf(sweep.grid_id)?.name ?? t("list.deletedCommunity", { id: sweep.grid_id }),
      },
      {
        id: "varied",
        header: t("sweeps.varied"),
        value: (sweep) =>
          Object.keys(sweep.vary)
            .map((path) => variableOf(variables, path).name)
            .join(", "),
      },
      {
        id: "created",
        header: t("list.created"),
        value: (sweep) => sweep.created_at,
        render: (sweep) => ago(sweep.created_at),
      },
    ],
    [t, ago, gridOf, variables],
  );
  return (
    <DataTable label={t("sweeps.title")} rows={sweeps} columns={columns} rowKey={(sweep) => sweep.id} searchable />
  );
}

/** State and how many of a sweep's runs are done. */
export function SweepState({ sweep }: { sweep: Sweep }) {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  const all = Object.values(sweep.counts).reduce((sum, count) => sum + count, 0);
  const going = sweep.status === "queued" || sweep.status === "running";
  const done = t("sweeps.done", { done: number(sweep.counts.succeeded ?? 0), all: number(all) });
  return (
    <Stack gap={4} miw={150}>
      <Group gap="xs" wrap="nowrap">
        <StatusBadge status={sweep.status} />
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {done}
        </Text>
      </Group>
      {going && <Progress value={sweep.progress * 100} size="sm" aria-label={done} />}
    </Stack>
  );
}
