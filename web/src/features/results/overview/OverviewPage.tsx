import { Box, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { useBaseline } from "@/shared/runs/baseline";
import { type Run, runQuery } from "@/shared/runs/queries";
import { useAbilities } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Later } from "@/shared/ui/Later";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Surface } from "@/shared/ui/Surface";
import { Downloads } from "../parts/Downloads";
import { EnergySankey } from "../parts/EnergySankey";
import { MonthCharts } from "../parts/MonthCharts";
import { ProofBadge } from "../parts/ProofBadge";
import { Section } from "../parts/Section";
import { type Summary, summaryQuery } from "../queries";
import { AllIndicators } from "./AllIndicators";
import { BaselineNote } from "./BaselineNote";
import { Cards } from "./Cards";
import { Fairness } from "./Fairness";
import { HouseholdOverview } from "./HouseholdOverview";
import { Warnings } from "./Warnings";

const route = getRouteApi("/inside/runs/$runId/");

export function OverviewPage() {
  const { runId } = route.useParams();
  const { isHousehold } = useAbilities();
  return isHousehold ? <HouseholdOverview runId={runId} /> : <CommunityOverview runId={runId} />;
}

function CommunityOverview({ runId }: { runId: number }) {
  const summary = useQuery(summaryQuery(runId));
  return (
    <Awaited query={summary} height={720}>
      {(found) => <Overview summary={found} />}
    </Awaited>
  );
}

function Overview({ summary }: { summary: Summary }) {
  const { t } = useTranslation(["results", "common"]);
  const run = useQuery(runQuery(summary.run_id)).data as Run | undefined;
  const baseline = useBaseline(run);
  const baselineId = baseline.data?.run?.id;
  const compared = useQuery({ ...summaryQuery(baselineId ?? 0), enabled: baselineId !== undefined });
  const without = compared.data?.indicators ?? null;
  return (
    <Stack gap="xl">
      <Stack gap="md">
        <Headline summary={summary} />
        <Group gap="sm">
          <ProofBadge proof={summary.proof ?? null} />
          <Box flex={1} />
          {baselineId !== undefined && (
            <LinkButton to="/compare" search={{ runs: `${baselineId},${summary.run_id}` }} variant="default" size="sm">
              {t("overview.baseline.compare")}
            </LinkButton>
          )}
          <Downloads runId={summary.run_id} parameters={summary.parameters} />
        </Group>
        <Warnings summary={summary} />
      </Stack>
      <Section title={t("overview.glance")}>
        <Stack gap="sm">
          <Cards summary={summary} baseline={without} />
          <Box mih={24}>{run && <BaselineNote run={run} baseline={baseline} />}</Box>
        </Stack>
      </Section>
      <Section title={t("overview.flows.title")} help={t("overview.flows.help")}>
        <Surface>
          <EnergySankey summary={summary} />
        </Surface>
      </Section>
      <Later height={1400}>
        <Below summary={summary} without={without} />
      </Later>
    </Stack>
  );
}

/** What is read after a look at the figures and the flows. */
function Below({ summary, without }: { summary: Summary; without: Summary["indicators"] | null }) {
  const { t } = useTranslation(["results", "common"]);
  return (
    <Stack gap="xl">
      <Section title={t("overview.months.title")} help={t("overview.months.help")}>
        <MonthCharts summary={summary} />
      </Section>
      {summary.houses > 1 && summary.parameters.allocation !== "none" && (
        <Section title={t("overview.fairness.title")} help={t("overview.fairness.help")}>
          <Fairness summary={summary} />
        </Section>
      )}
      <Section title={t("overview.all.title")} help={t("common:timezone", { zone: summary.timezone })}>
        <Surface>
          <AllIndicators summary={summary} baseline={without} />
        </Surface>
      </Section>
    </Stack>
  );
}

/** The run in two sentences. */
function Headline({ summary }: { summary: Summary }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const { indicators, currency, houses } = summary;
  const saving = Number(indicators.saving_eur ?? 0);
  const share = indicators.self_sufficiency_rate;
  return (
    <Text size="lg" maw={860}>
      {t("overview.headline.energy", {
        count: houses,
        load: formats.quantity(Number(indicators.load_kwh), "kWh"),
        generation: formats.quantity(Number(indicators.generation_kwh), "kWh"),
      })}{" "}
      {typeof share === "number" && t("overview.headline.share", { share: formats.percent(share) })}{" "}
      {summary.parameters.allocation !== "none" &&
        Math.abs(saving) >= 0.005 &&
        t(saving > 0 ? "overview.headline.saved" : "overview.headline.lost", {
          amount: formats.money(Math.abs(saving), currency, Math.abs(saving) >= 1000 ? 0 : 2),
          rate: formats.percent(Math.abs(Number(indicators.saving_rate ?? 0))),
        })}
    </Text>
  );
}
