import { Group, Select, Stack } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ZoneClock } from "@/shared/format/zoneClock";
import { useAbilities } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { Section } from "../parts/Section";
import { flowsQuery, nodesQuery, pricesQuery, type ResultNode, type Summary, summaryQuery } from "../queries";
import { DayTrades } from "./DayTrades";
import { exchangesOf, type Grouping, namedApart, silenceOf } from "./exchanges";
import { HouseholdTrades } from "./HouseholdTrades";
import { HousePartners } from "./HousePartners";
import { Prices } from "./Prices";
import { busiestDay } from "./prices";
import { WhoWithWhom } from "./WhoWithWhom";

const route = getRouteApi("/inside/runs/$runId/trades");

export function TradesPage() {
  const { runId } = route.useParams();
  const { isHousehold } = useAbilities();
  return isHousehold ? <HouseholdTrades runId={runId} /> : <CommunityTrades runId={runId} />;
}

function CommunityTrades({ runId }: { runId: number }) {
  const summary = useQuery(summaryQuery(runId));
  const nodes = useQuery(nodesQuery(runId));
  return (
    <Awaited query={summary} height={640}>
      {(found) => (
        <Awaited query={nodes} height={640}>
          {(list) => <Trades summary={found} list={list} />}
        </Awaited>
      )}
    </Awaited>
  );
}

/** From so many houses on, transformers are shown first where there are several. */
const MANY_HOUSES = 60;

function Trades({ summary, list }: { summary: Summary; list: ResultNode[] }) {
  const { t } = useTranslation(["results", "common"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...part }, replace: true, resetScroll: false });
  const runId = summary.run_id;
  const nodes = useMemo(() => namedApart(list), [list]);
  const houses = useMemo(() => list.filter((node) => node.kind === "house"), [list]);
  const transformers = useMemo(() => list.filter((node) => node.kind === "transformer"), [list]);
  const groupings = useMemo(() => groupingsOf(houses, transformers), [houses, transformers]);
  const usual: Grouping = transformers.length > 1 && houses.length > MANY_HOUSES ? "transformer" : "house";
  const grouping = groupings.find((group) => group === search.group) ?? usual;
  const flows = useQuery(flowsQuery(runId));
  const house = houses.find((node) => node.node_id === search.node);
  const bought = Number(summary.indicators.bought_local_kwh ?? 0) + Number(summary.indicators.bought_grid_kwh ?? 0);
  const keepsSteps = summary.parameters.detail !== "day";
  if (bought <= 1e-6) return <Silent reason={summary.parameters.allocation === "none" ? "none" : "noOverlap"} />;
  return (
    <Stack gap="xl">
      <Section title={t("trades.title")} help={t("trades.help")}>
        <Stack gap="md">
          <Select
            label={t("trades.house.choose")}
            placeholder={t("trades.house.all")}
            data={houses.map(({ node_id }) => ({ value: String(node_id), label: nodes.get(node_id)?.name ?? "" }))}
            value={house ? String(house.node_id) : null}
            onChange={(id) => set({ node: id === null ? undefined : Number(id) })}
            searchable
            clearable
            clearButtonProps={{ "aria-label": t("trades.house.all") }}
            limit={50}
            nothingFoundMessage={t("common:state.noMatch")}
            maw={320}
          />
          <Awaited query={flows} height={480}>
            {(found) => {
              const exchanges = exchangesOf(found, nodes, "house");
              if (silenceOf(exchanges, summary.parameters.allocation, bought) !== null && transformers.length < 2)
                return <Silent reason="tooMany" />;
              const chosen = house && nodes.get(house.node_id);
              return chosen ? (
                <HousePartners runId={runId} house={chosen} flows={found} nodes={nodes} />
              ) : (
                <WhoWithWhom
                  flows={found}
                  nodes={nodes}
                  groupings={groupings}
                  grouping={exchanges.length === 0 ? "transformer" : grouping}
                  onGrouping={(group) => set({ group })}
                />
              );
            }}
          </Awaited>
        </Stack>
      </Section>
      {keepsSteps ? (
        <>
          <Section title={t("trades.prices.title")} help={t("trades.prices.help")}>
            <Prices summary={summary} transformers={transformers} pool={search.pool} onPool={(pool) => set({ pool })} />
          </Section>
          <Section title={t("trades.day.title")} help={t("trades.day.help")}>
            <Day
              summary={summary}
              nodes={nodes}
              date={search.date}
              nodeId={house?.node_id}
              onDate={(date) => set({ date })}
            />
          </Section>
        </>
      ) : (
        <Group>{t("trades.daysOnly")}</Group>
      )}
    </Stack>
  );
}

interface DayProps {
  summary: Summary;
  nodes: ReturnType<typeof namedApart>;
  date?: string;
  nodeId?: number;
  onDate: (date: string) => void;
}

/** The day of the address, else the one on which most was traded. */
function Day({ summary, nodes, date, nodeId, onDate }: DayProps) {
  const days = useQuery(pricesQuery(summary.run_id, { resolution: "1d" }));
  const clock = useMemo(
    () => new ZoneClock(summary.timezone, Date.parse(summary.start), Date.parse(summary.end)),
    [summary],
  );
  const first = clock.date(Date.parse(summary.start));
  const last = clock.date(Date.parse(summary.end) - 1);
  const isInside = date !== undefined && date >= first && date <= last;
  return (
    <Awaited query={days} height={480}>
      {({ timestamps, traded_kw }) => (
        <DayTrades
          runId={summary.run_id}
          nodes={nodes}
          timezone={summary.timezone}
          currency={summary.currency}
          date={
            isInside
              ? date
              : (busiestDay({ timestamps: (timestamps ?? []).map(Date.parse), tradedKw: traded_kw }, clock) ?? first)
          }
          range={[first, last]}
          nodeId={nodeId}
          onDate={onDate}
        />
      )}
    </Awaited>
  );
}

function Silent({ reason }: { reason: "none" | "noOverlap" | "tooMany" }) {
  const { t } = useTranslation("results");
  return (
    <Empty icon={<IconArrowsExchange size={28} />} title={t(`trades.silent.${reason}.title`)}>
      {t(`trades.silent.${reason}.text`)}
    </Empty>
  );
}

/** Only ways to group that would tell houses apart. */
function groupingsOf(houses: ResultNode[], transformers: ResultNode[]): Grouping[] {
  const groups: Grouping[] = ["house"];
  if (transformers.length > 1) groups.push("transformer");
  if (new Set(houses.map((house) => [...house.flags].sort().join())).size > 1) groups.push("flag");
  if (new Set(houses.map((house) => house.house_type)).size > 1) groups.push("type");
  return groups;
}
