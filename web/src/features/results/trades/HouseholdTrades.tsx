import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ZoneClock } from "@/shared/format/zoneClock";
import { Awaited } from "@/shared/ui/Awaited";
import { Section } from "../parts/Section";
import { headerQuery, nodesQuery } from "../queries";
import { DayTrades } from "./DayTrades";
import { namedApart } from "./exchanges";

const route = getRouteApi("/inside/runs/$runId/trades");

/** A household's own trades, day by day; with whom is the community's matter. */
export function HouseholdTrades({ runId }: { runId: number }) {
  const { t } = useTranslation("results");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const header = useQuery(headerQuery(runId));
  const houses = useQuery(nodesQuery(runId, "house"));
  const nodes = useMemo(() => namedApart(houses.data ?? []), [houses.data]);
  return (
    <Awaited query={header} height={480}>
      {(run) => {
        const clock = new ZoneClock(run.timezone, Date.parse(run.start), Date.parse(run.end));
        const first = clock.date(Date.parse(run.start));
        const last = clock.date(Date.parse(run.end) - 1);
        const middle = clock.date((Date.parse(run.start) + Date.parse(run.end)) / 2);
        const isInside = search.date !== undefined && search.date >= first && search.date <= last;
        return (
          <Stack gap="md">
            <Text c="dimmed">{t("trades.household")}</Text>
            <Section title={t("trades.day.title")}>
              {run.parameters.detail === "day" ? (
                <Text>{t("trades.daysOnly")}</Text>
              ) : (
                <DayTrades
                  runId={runId}
                  nodes={nodes}
                  timezone={run.timezone}
                  currency={run.currency}
                  date={isInside ? (search.date as string) : middle}
                  range={[first, last]}
                  onDate={(date) => void navigate({ search: { ...search, date }, replace: true, resetScroll: false })}
                />
              )}
            </Section>
          </Stack>
        );
      }}
    </Awaited>
  );
}
