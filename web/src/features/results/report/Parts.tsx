import { Box, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { useFormats } from "@/shared/format/formats";
import { localDate } from "@/shared/format/zones";
import type { Run } from "@/shared/runs/queries";
import { Awaited } from "@/shared/ui/Awaited";
import { ProofTable } from "../parts/ProofBadge";
import { flattened } from "../parts/parameters";
import { useParameterWords } from "../parts/parameterWords";
import { nodesQuery, type Summary, seriesQuery } from "../queries";
import { WeekChart } from "./WeekChart";
import { typicalWeeks } from "./weeks";

export function Part({ title, children, help }: { title: string; help?: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb={4}>
        {title}
      </Title>
      {help && (
        <Text size="sm" c="dimmed" mb="xs">
          {help}
        </Text>
      )}
      {children}
    </section>
  );
}

type Fact = [name: string, value: ReactNode];

export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Who takes part, and with what. */
export function CommunityFacts({ summary }: { summary: Summary }) {
  const { t } = useTranslation(["results", "common"]);
  const formats = useFormats();
  const nodes = useQuery(nodesQuery(summary.run_id));
  return (
    <Awaited query={nodes} height={160}>
      {(found) => {
        const houses = found.filter((node) => node.kind === "house");
        const grid = found.find((node) => node.kind === "grid");
        const having = (name: string) =>
          formats.number(houses.filter((house) => Number(house.indicators[name] ?? 0) > 0).length);
        const facts: Fact[] = [
          [t("report.facts.community"), grid?.name ?? `#${summary.grid_id}`],
          [t("report.facts.houses"), formats.number(summary.houses)],
          [t("report.facts.transformers"), formats.number(summary.transformers)],
          [t("report.facts.generating"), having("generation_kwh")],
          [t("report.facts.storing"), having("charge_kwh")],
          [
            t("report.facts.capacity"),
            grid?.capacity_kw ? formats.quantity(grid.capacity_kw, "kW") : t("report.facts.unlimited"),
          ],
          [t("report.facts.zone"), summary.timezone],
          [t("report.facts.currency"), summary.currency],
        ];
        return <Facts facts={facts} />;
      }}
    </Awaited>
  );
}

/** Every parameter that was given, in words. */
export function ParameterFacts({ summary }: { summary: Summary }) {
  const words = useParameterWords();
  const given = [...flattened(summary.parameters)].sort(([a], [b]) => words.order(a) - words.order(b));
  const facts: Fact[] = given.map(([path, value]) => [words.name(path), words.value(path, value, summary.currency)]);
  const half = Math.ceil(facts.length / 2);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      <Facts facts={facts.slice(0, half)} />
      <Facts facts={facts.slice(half)} />
    </SimpleGrid>
  );
}

/** A week of June and one of January, chosen by the days of the run. */
export function Weeks({ summary }: { summary: Summary }) {
  const { t } = useTranslation("results");
  const days = useQuery(seriesQuery(summary.run_id, ["load_kw", "generation_kw"], { resolution: "1d" }));
  const weeks = useMemo(() => {
    const answer = days.data as Schemas["ResultsSeriesOut"] | undefined;
    if (!answer) return undefined;
    const read = (measure: string, index: number) => Number(answer.values[measure]?.[index] ?? 0);
    return typicalWeeks(
      (answer.timestamps ?? []).map((instant, index) => ({
        date: localDate(instant, summary.timezone),
        loadKw: read("load_kw", index),
        generationKw: read("generation_kw", index),
      })),
    );
  }, [days.data, summary.timezone]);
  if (summary.parameters.detail === "day") return <Text size="sm">{t("report.weeks.daysOnly")}</Text>;
  return (
    <Awaited query={days} height={480}>
      {() => (
        <Stack gap="sm">
          {(weeks ?? []).map((week) => (
            <WeekChart key={week.from} summary={summary} week={week} />
          ))}
        </Stack>
      )}
    </Awaited>
  );
}

/** How it was computed and what proves it. */
export function Method({ summary, run }: { summary: Summary; run: Run | undefined }) {
  const { t } = useTranslation("results");
  const facts: Fact[] = [
    [t("report.method.run"), `#${summary.run_id}`],
    [t("report.method.engine"), run?.engine_version ?? "–"],
    [t("report.method.topology"), run?.topology_hash ?? "–"],
    [t("report.method.profiles"), run?.profiles_hash ?? "–"],
    [t("report.method.digest"), summary.digest ?? "–"],
  ];
  return (
    <Stack gap="sm">
      <Text size="sm">{t("report.method.text")}</Text>
      {summary.proof && (
        <Box className="together report-wide" tabIndex={0} role="region" aria-label={t("overview.proof.checked")}>
          <Text size="sm" fw={600} mb={4}>
            {t(summary.proof.ok ? "overview.proof.ok" : "overview.proof.failed")}
          </Text>
          <ProofTable proof={summary.proof} />
        </Box>
      )}
      <div style={{ overflowWrap: "anywhere" }}>
        <Facts facts={facts} />
      </div>
    </Stack>
  );
}
