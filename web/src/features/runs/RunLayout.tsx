import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { IconCopy, IconRefresh } from "@tabler/icons-react";
import { getRouteApi, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { isFinished, type Run } from "@/shared/runs/queries";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { RunActions } from "./layout/RunActions";
import { RunEnded } from "./layout/RunEnded";
import { RunFacts } from "./layout/RunFacts";
import { RunProgress } from "./layout/RunProgress";
import { RunTabs } from "./layout/RunTabs";
import { useLiveRun } from "./layout/useLiveRun";
import { useRunActions } from "./layout/useRunActions";
import { StatusBadge } from "./parts/StatusBadge";
import { useMayOperate, useRunTimezone } from "./queries";

const route = getRouteApi("/inside/runs/$runId");

/** A run: its state while it goes on, and the frame of its results. */
export function RunLayout() {
  const { t } = useTranslation("runs");
  const { runId } = route.useParams();
  const { run, isLive } = useLiveRun(runId);
  const crumbs = [{ label: t("run.crumb"), link: { to: "/runs" } as const }];
  if (run.data) return <Known key={runId} run={run.data} isLive={isLive} />;
  return (
    <Page title={t("list.untitled", { id: runId })} crumbs={crumbs}>
      {run.isError ? <ProblemNotice problem={run.error} onRetry={() => run.refetch()} /> : <Skeleton h={320} />}
    </Page>
  );
}

function Known({ run, isLive }: { run: Run; isLive: boolean }) {
  const { t } = useTranslation(["runs", "common"]);
  const actions = useRunActions(run);
  const mayOperate = useMayOperate()(run);
  const timezone = useRunTimezone(run);
  const name = run.name ?? t("list.untitled", { id: run.id });
  return (
    <Page
      title={name}
      beside={<StatusBadge status={run.status} />}
      crumbs={[{ label: t("run.crumb"), link: { to: "/runs" } }]}
      description={<RunFacts run={run} />}
      actions={mayOperate && <RunActions run={run} name={name} actions={actions} />}
    >
      {!isFinished(run.status) && <RunProgress run={run} isLive={isLive} />}
      {(run.status === "failed" || run.status === "cancelled") && (
        <RunEnded run={run} actions={mayOperate && <Again run={run} actions={actions} />} />
      )}
      {run.status === "succeeded" && (
        <Stack gap="lg">
          <RunTabs runId={run.id} />
          <Suspense fallback={<Skeleton h={420} />}>
            <Outlet />
          </Suspense>
          {timezone && (
            <Text size="xs" c="dimmed">
              {t("common:timezone", { zone: timezone })}
            </Text>
          )}
        </Stack>
      )}
    </Page>
  );
}

function Again({ run, actions }: { run: Run; actions: ReturnType<typeof useRunActions> }) {
  const { t } = useTranslation("runs");
  return (
    <>
      <Button
        leftSection={<IconRefresh size={18} />}
        loading={actions.rerun.isPending}
        onClick={() => actions.rerun.mutate("current")}
      >
        {t("run.rerun")}
      </Button>
      <LinkButton to="/runs/new" search={{ from: run.id }} variant="default" leftSection={<IconCopy size={18} />}>
        {t("run.copy")}
      </LinkButton>
    </>
  );
}
