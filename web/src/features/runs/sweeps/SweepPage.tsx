import { Alert, Skeleton, Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { useAbilities } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { TextLink } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { usePeriodWords } from "../layout/RunFacts";
import { type SweepWithRuns, useAreGridsKnown, useGridOf, useUserName } from "../queries";
import { OutcomeTable } from "./OutcomeTable";
import { SweepActions } from "./SweepActions";
import { SweepChart } from "./SweepChart";
import { SweepState } from "./SweepsPage";
import { useOutcomes, useSweep } from "./useSweeps";
import { useSweepWords } from "./words";

const route = getRouteApi("/inside/sweeps/$sweepId");

/** A sweep: how far it is, and what came out of its runs. */
export function SweepPage() {
  const { t } = useTranslation("runs");
  const { sweepId } = route.useParams();
  const { isHousehold } = useAbilities();
  const sweep = useSweep(isHousehold ? undefined : sweepId);
  const isKnown = useAreGridsKnown();
  if (sweep.data && isKnown) return <Known sweep={sweep.data} />;
  return (
    <Page
      title={t("sweeps.untitled", { id: sweepId })}
      crumbs={[{ label: t("sweeps.title"), link: { to: "/sweeps" } }]}
    >
      {isHousehold ? (
        <Text>{t("sweeps.household")}</Text>
      ) : sweep.isError ? (
        <ProblemNotice problem={sweep.error} onRetry={() => sweep.refetch()} />
      ) : (
        <Skeleton h={480} aria-busy="true" />
      )}
    </Page>
  );
}

function Known({ sweep }: { sweep: SweepWithRuns }) {
  const { t } = useTranslation(["runs", "common"]);
  const { ago } = useFormats();
  const grid = useGridOf()(sweep.grid_id);
  const period = usePeriodWords();
  const nameOf = useUserName();
  const words = useSweepWords(sweep, grid?.currency ?? "EUR");
  const outcomes = useOutcomes(sweep);
  const name = sweep.name ?? t("sweeps.untitled", { id: sweep.id });
  const maker = nameOf(sweep.created_by);
  const who = maker === "" ? t("run.you") : (maker ?? t("run.user", { id: sweep.created_by }));
  const failed = sweep.counts.failed ?? 0;
  return (
    <Page
      title={name}
      beside={<SweepState sweep={sweep} />}
      crumbs={[{ label: t("sweeps.title"), link: { to: "/sweeps" } }]}
      description={
        <Text size="sm">
          {grid ? (
            <TextLink size="sm" underline="always" to="/communities/$gridId" params={{ gridId: grid.id }}>
              {grid.name}
            </TextLink>
          ) : (
            t("list.deletedCommunity", { id: sweep.grid_id })
          )}
          {` · ${period(sweep.base, grid?.timezone)} · ${t("run.created", { ago: ago(sweep.created_at), who })}`}
          {grid && ` · ${t("common:timezone", { zone: grid.timezone })}`}
        </Text>
      }
      actions={<SweepActions sweep={sweep} name={name} />}
    >
      {failed > 0 && (
        <Alert color="red" role="status">
          {t("sweeps.failedSome", { count: failed })}
        </Alert>
      )}
      <Awaited query={outcomes} height={640}>
        {(data) => (
          <Stack gap="md">
            <Surface p="lg">
              <SweepChart sweep={sweep} rows={data.items} indicators={data.indicators} words={words} />
            </Surface>
            <Surface p="lg">
              <OutcomeTable sweep={sweep} rows={data.items} indicators={data.indicators} words={words} />
            </Surface>
          </Stack>
        )}
      </Awaited>
    </Page>
  );
}
