import { Group, Progress, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { LinkButton, TextLink } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { RunState } from "../list/RunState";
import { type Grid, isUnderway, type Run, useLastResult, useLastRun, useSummary } from "../queries";
import { figuresOf } from "./headline";

const FIGURES_PX = 76;

/** What the newest run with results found, and how far a newer one is. */
export function LastResult({ grid }: { grid: Grid }) {
  const last = useLastRun(grid.id).data;
  const query = useLastResult(grid.id);
  if (query.isError) return <ProblemNotice problem={query.error} onRetry={() => query.refetch()} />;
  if (query.data === undefined || last === undefined) return <Skeleton h={190} />;
  const newer = last !== null && last.id !== query.data?.id ? last : null;
  return (
    <>
      {newer && <Newer run={newer} />}
      {query.data && <Figures grid={grid} run={query.data} />}
    </>
  );
}

/** A run that is on its way, or has ended without results. */
function Newer({ run }: { run: Run }) {
  const { t } = useTranslation(["start", "common"]);
  return (
    <Surface>
      <Group justify="space-between">
        <TextLink to="/runs/$runId" params={{ runId: run.id }}>
          {run.name ?? t("card.unnamedRun", { id: run.id })}
        </TextLink>
        <span role="status">
          <RunState run={run} />
        </span>
      </Group>
      {isUnderway(run) && <Progress value={run.progress * 100} mt="xs" aria-label={t("community.progress")} />}
    </Surface>
  );
}

function Figures({ grid, run }: { grid: Grid; run: Run }) {
  const { t } = useTranslation(["start", "common"]);
  const formats = useFormats();
  const summary = useSummary(run.id);
  const period = `${formats.date(run.start, grid.timezone)} – ${formats.date(Date.parse(run.end) - 1, grid.timezone)}`;
  return (
    <Surface p="lg">
      <Group justify="space-between" align="flex-start" mb="lg">
        <div>
          <Title order={2} size="h4">
            {run.name ?? t("card.unnamedRun", { id: run.id })}
          </Title>
          <Text size="sm" c="dimmed">
            {period} · {formats.ago(run.finished_at ?? run.created_at)}
          </Text>
        </div>
        <LinkButton to="/runs/$runId" params={{ runId: run.id }} variant="light">
          {t("community.results")}
        </LinkButton>
      </Group>
      {summary.isError ? (
        <ProblemNotice problem={summary.error} onRetry={() => summary.refetch()} />
      ) : (
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="lg" component="dl" m={0}>
          {summary.data === undefined
            ? Array.from({ length: 6 }, (_, index) => <Skeleton key={String(index)} h={FIGURES_PX} />)
            : figuresOf(summary.data, formats).map(({ name, value, share }) => (
                <div key={name}>
                  <Text component="dt" size="sm" c="dimmed">
                    {t(`headline.${name}`)}
                  </Text>
                  <Text component="dd" m={0} fz={26} fw={650} style={{ fontVariantNumeric: "tabular-nums" }}>
                    {value}
                  </Text>
                  {share && (
                    <Text component="dd" m={0} size="sm" c="dimmed">
                      {t("headline.ofCost", { share })}
                    </Text>
                  )}
                </div>
              ))}
        </SimpleGrid>
      )}
    </Surface>
  );
}
