import { Button, Group, MantineProvider, Text, Title } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { useBaseline } from "@/shared/runs/baseline";
import { type Run, runQuery } from "@/shared/runs/queries";
import { useAbilities } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { theme, variables } from "@/shared/ui/theme";
import { CommunityOnly } from "../parts/CommunityOnly";
import { Downloads } from "../parts/Downloads";
import { EnergySankey } from "../parts/EnergySankey";
import { MonthCharts } from "../parts/MonthCharts";
import { type Summary, summaryQuery } from "../queries";
import { BillSheet } from "./BillSheet";
import { IndicatorSheet } from "./IndicatorSheet";
import { CommunityFacts, Method, ParameterFacts, Part, Weeks } from "./Parts";
import "./report.css";

const route = getRouteApi("/inside/runs/$runId/report");

export function ReportPage() {
  const { runId } = route.useParams();
  const { isHousehold } = useAbilities();
  const summary = useQuery({ ...summaryQuery(runId), enabled: !isHousehold });
  if (isHousehold) return <CommunityOnly runId={runId} />;
  return (
    <Awaited query={summary} height={960}>
      {(found) => (
        <>
          <Bar summary={found} />
          <Paper>
            <Report summary={found} />
          </Paper>
        </>
      )}
    </Awaited>
  );
}

function Bar({ summary }: { summary: Summary }) {
  const { t } = useTranslation("results");
  return (
    <Group justify="space-between" mb="md" className="no-print">
      <Text c="dimmed" maw={560}>
        {t("report.help")}
      </Text>
      <Group gap="xs">
        <Downloads runId={summary.run_id} parameters={summary.parameters} />
        <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
          {t("report.print")}
        </Button>
      </Group>
    </Group>
  );
}

const PAPER = "run-report";

/** Paper is white, whatever the colours of the app: its own colour scheme, for charts too. */
function Paper({ children }: { children: React.ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      forceColorScheme="light"
      cssVariablesSelector={`#${PAPER}`}
      getRootElement={() => document.getElementById(PAPER) ?? undefined}
      withGlobalClasses={false}
    >
      <article id={PAPER} className="report" data-mantine-color-scheme="light">
        {children}
      </article>
    </MantineProvider>
  );
}

function Report({ summary }: { summary: Summary }) {
  const { t } = useTranslation(["results", "common"]);
  const formats = useFormats();
  const run = useQuery(runQuery(summary.run_id)).data as Run | undefined;
  const baselineId = useBaseline(run).data?.run?.id;
  const compared = useQuery({ ...summaryQuery(baselineId ?? 0), enabled: baselineId !== undefined });
  return (
    <>
      <Text size="sm" c="dimmed">
        {t("report.title")}
      </Text>
      <Title order={2} size="h1">
        {summary.name ?? t("report.unnamed", { id: summary.run_id })}
      </Title>
      <Text mt={4}>
        {formats.date(summary.start, summary.timezone)} – {formats.date(Date.parse(summary.end) - 1, summary.timezone)}
        {" · "}
        {t("report.steps", { minutes: summary.step_minutes })} {" · "}
        {t("common:timezone", { zone: summary.timezone })}
      </Text>
      <Text size="sm" c="dimmed">
        {t("report.made", { date: formats.moment(new Date(), summary.timezone), version: run?.engine_version ?? "–" })}
      </Text>
      <Part title={t("report.facts.title")}>
        <CommunityFacts summary={summary} />
      </Part>
      <Part title={t("report.indicators")}>
        <IndicatorSheet summary={summary} baseline={compared.data?.indicators ?? null} />
      </Part>
      <Part title={t("overview.flows.title")} help={t("overview.flows.help")}>
        <EnergySankey summary={summary} height={340} />
      </Part>
      <Part title={t("overview.months.title")}>
        <MonthCharts summary={summary} height={220} cols={{ base: 1, sm: 2 }} />
      </Part>
      <Part title={t("report.weeks.title")} help={t("report.weeks.help")}>
        <Weeks summary={summary} />
      </Part>
      <Part title={t("report.parameters")}>
        <ParameterFacts summary={summary} />
      </Part>
      <Part title={t("report.bills.title")}>
        <BillSheet summary={summary} />
      </Part>
      <Part title={t("report.method.title")}>
        <Method summary={summary} run={run} />
      </Part>
    </>
  );
}
