import { Button, Center, Skeleton, Stack } from "@mantine/core";
import { IconPlayerPlay, IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAbilities } from "@/shared/session/me";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { ChosenBar } from "./list/ChosenBar";
import { RunFilters } from "./list/RunFilters";
import { RunsTable } from "./list/RunsTable";
import { useRuns } from "./list/useRuns";
import { useAreGridsKnown, useMayOperate } from "./queries";

const route = getRouteApi("/inside/runs");

/** All runs that the caller may see. */
export function RunsPage() {
  const { t } = useTranslation("runs");
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const { mayOperate } = useAbilities();
  const mayDelete = useMayOperate();
  const isKnown = useAreGridsKnown();
  const query = useRuns(filters);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const choose = useCallback(
    (runId: number, isChosen: boolean) =>
      setChosen((before) => {
        const next = new Set(before);
        if (isChosen) next.add(runId);
        else next.delete(runId);
        return next;
      }),
    [],
  );
  const loaded = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const runs = useMemo(
    () => (filters.sweeps === "show" ? loaded : loaded.filter((run) => run.sweep_id == null)),
    [loaded, filters.sweeps],
  );
  const tags = useMemo(() => [...new Set(loaded.flatMap((run) => run.tags))].sort(), [loaded]);
  const isFiltered = filters.status !== undefined || filters.grid !== undefined || filters.tag !== undefined;
  const chosenRuns = runs.filter((run) => chosen.has(run.id));
  const create = (
    <LinkButton to="/runs/new" search={{ grid: filters.grid }} leftSection={<IconPlus size={18} />}>
      {t("list.new")}
    </LinkButton>
  );
  const content = () => {
    if (query.isError && query.data === undefined)
      return <ProblemNotice problem={query.error} onRetry={() => query.refetch()} />;
    if (query.data === undefined || !isKnown) return <Skeleton h={480} aria-busy="true" />;
    if (loaded.length === 0 && !isFiltered)
      return (
        <Empty icon={<IconPlayerPlay size={28} />} title={t("list.emptyTitle")} actions={mayOperate && create}>
          {t("list.emptyText")}
        </Empty>
      );
    return (
      <Stack gap="sm">
        <RunFilters filters={filters} tags={tags} onChange={(next) => navigate({ search: next, replace: true })} />
        {chosenRuns.length > 0 && (
          <ChosenBar runs={chosenRuns} mayDelete={mayDelete} onClear={() => setChosen(new Set())} />
        )}
        <Surface>
          {runs.length === 0 ? (
            <Empty
              icon={<IconPlayerPlay size={28} />}
              title={t("list.nothingTitle")}
              actions={
                <Button variant="light" onClick={() => navigate({ search: { sweeps: "show" }, replace: true })}>
                  {t("list.clearFilters")}
                </Button>
              }
            >
              {t("list.nothingText")}
            </Empty>
          ) : (
            <RunsTable runs={runs} chosen={chosen} onChoose={choose} />
          )}
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
    <Page title={t("list.title")} description={t("list.description")} actions={mayOperate && create}>
      {content()}
    </Page>
  );
}
