import { Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowsDiff } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { useAbilities } from "@/shared/session/me";
import { Empty } from "@/shared/ui/Empty";
import { TextLink } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { CommunityOnly } from "../parts/CommunityOnly";
import { INDICATORS, type IndicatorName } from "../parts/indicators";
import { runIdsOf } from "../parts/parameters";
import { Section } from "../parts/Section";
import { type Summary, summaryQuery } from "../queries";
import { CompareCharts } from "./CompareCharts";
import { FIRST_SHOWN, MONTHLY } from "./charts";
import { Differences, Doubts } from "./Differences";
import { IndicatorTable } from "./IndicatorTable";
import { RunPicker } from "./RunPicker";
import { runTitle } from "./titles";

const route = getRouteApi("/inside/compare");
const NAMES = new Set<string>(INDICATORS.map((facts) => facts.name));

export function ComparePage() {
  const { t } = useTranslation("results");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { isHousehold } = useAbilities();
  const ids = runIdsOf(search.runs);
  const choose = (runs: number[]) => void navigate({ search: { ...search, runs: runs.join(",") || undefined } });
  return (
    <Page title={t("compare.title")} description={t("compare.help")}>
      {isHousehold ? (
        <CommunityOnly />
      ) : (
        <>
          <RunPicker chosen={ids} onChange={choose} />
          {ids.length < 2 ? (
            <Empty icon={<IconArrowsDiff size={28} />} title={t("compare.empty.title")}>
              {t(ids.length === 1 ? "compare.empty.one" : "compare.empty.none")}
            </Empty>
          ) : (
            <Compared ids={ids} />
          )}
        </>
      )}
    </Page>
  );
}

function Compared({ ids }: { ids: number[] }) {
  const { t } = useTranslation("results");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...part }, replace: true, resetScroll: false });
  const answers = useQueries({ queries: ids.map((id) => summaryQuery(id)) });
  const runs = answers.map((answer) => answer.data).filter((run): run is Summary => run !== undefined);
  const named = (text: string | undefined) =>
    (text ?? "").split(",").filter((name): name is IndicatorName => NAMES.has(name));
  const shown = named(search.show);
  const monthly = MONTHLY.find((name) => name === search.month) ?? "bill_eur";
  return (
    <Stack gap="xl">
      {answers.map(
        (answer, index) =>
          answer.isError && (
            <Stack key={ids[index]} gap={4}>
              <Text fw={600}>{t("compare.failed", { id: ids[index] })}</Text>
              <ProblemNotice problem={answer.error} onRetry={() => void answer.refetch()} />
            </Stack>
          ),
      )}
      {answers.some((answer) => answer.isPending) ? (
        <Skeleton h={480} aria-busy="true" />
      ) : (
        runs.length > 1 && (
          <>
            <Stack gap="sm">
              <Doubts runs={runs} />
              <Heads runs={runs} />
            </Stack>
            <Section title={t("compare.parameters.title")} help={t("compare.parameters.help")}>
              <Surface>
                <Differences runs={runs} />
              </Surface>
            </Section>
            <Section title={t("compare.charts.title")}>
              <CompareCharts
                runs={runs}
                shown={shown.length > 0 ? shown : FIRST_SHOWN}
                onShown={(names) => set({ show: names.join(",") })}
                monthly={monthly}
                onMonthly={(month) => set({ month })}
              />
            </Section>
            <Section title={t("compare.table.title")} help={t("compare.table.help")}>
              <Surface>
                <IndicatorTable
                  runs={runs}
                  showAll={search.all === "yes"}
                  onShowAll={(all) => set({ all: all ? "yes" : undefined })}
                />
              </Surface>
            </Section>
          </>
        )
      )}
    </Stack>
  );
}

/** Which runs these are and what they cover. */
function Heads({ runs }: { runs: Summary[] }) {
  const { t } = useTranslation(["results", "common"]);
  const formats = useFormats();
  return (
    <Stack gap={4}>
      {runs.map((run, index) => (
        <Text key={run.run_id} size="sm">
          <TextLink underline="always" to="/runs/$runId" params={{ runId: run.run_id }} fw={600} size="sm">
            {runTitle(run)}
          </TextLink>{" "}
          <Text span c="dimmed" size="sm">
            {formats.date(run.start, run.timezone)} – {formats.date(Date.parse(run.end) - 1, run.timezone)},{" "}
            {t("compare.houses", { count: run.houses })}
            {index === 0 && ` · ${t("compare.first")}`}
          </Text>
        </Text>
      ))}
      <Text size="sm" c="dimmed">
        {[...new Set(runs.map((run) => run.timezone))].map((zone) => t("common:timezone", { zone })).join(" · ")}
      </Text>
    </Stack>
  );
}
