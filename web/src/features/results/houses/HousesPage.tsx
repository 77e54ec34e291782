import { Group, Select, Stack, Text } from "@mantine/core";
import { IconHomeOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { Surface } from "@/shared/ui/Surface";
import { Section } from "../parts/Section";
import { type Header, headerQuery, nodesQuery, type ResultNode } from "../queries";
import { HousesTable } from "./HousesTable";
import { filtered, flagsOf, type HouseFilter, houseRows } from "./rows";
import { SavingsChart } from "./SavingsChart";

const route = getRouteApi("/inside/runs/$runId/houses");

/** What the run means to every house. */
export function HousesPage() {
  const { runId } = route.useParams();
  const nodes = useQuery(nodesQuery(runId));
  const header = useQuery(headerQuery(runId));
  return (
    <Awaited query={header} height={900}>
      {(run) => (
        <Awaited query={nodes} height={900}>
          {(found) => <Houses run={run} nodes={found} />}
        </Awaited>
      )}
    </Awaited>
  );
}

function Houses({ run, nodes }: { run: Header; nodes: ResultNode[] }) {
  const { t } = useTranslation("results");
  const { flag, transformer } = route.useSearch();
  const navigate = route.useNavigate();
  const all = useMemo(() => houseRows(nodes), [nodes]);
  const rows = useMemo(() => filtered(all, { flag, transformer }), [all, flag, transformer]);
  const flags = useMemo(() => flagsOf(all), [all]);
  const transformers = nodes.filter((node) => node.kind === "transformer");
  if (all.length === 0) return <Empty icon={<IconHomeOff size={28} />} title={t("day.nobody")} />;
  const go = (search: HouseFilter) => void navigate({ search, replace: true, resetScroll: false });
  return (
    <Stack gap="xl">
      {(flags.length > 0 || transformers.length > 1) && (
        <Group gap="sm" align="flex-end" className="no-print">
          {flags.length > 0 && (
            <Select
              label={t("houses.flag")}
              placeholder={t("houses.all")}
              data={flags}
              value={flag ?? null}
              onChange={(chosen) => go({ flag: chosen ?? undefined, transformer })}
              clearable
              searchable
              w={{ base: "100%", xs: 220 }}
            />
          )}
          {transformers.length > 1 && (
            <Select
              label={t("houses.transformer")}
              placeholder={t("houses.all")}
              data={transformers.map((node) => ({ value: String(node.node_id), label: node.name }))}
              value={transformer === undefined ? null : String(transformer)}
              onChange={(chosen) => go({ flag, transformer: chosen === null ? undefined : Number(chosen) })}
              clearable
              searchable
              limit={100}
              w={{ base: "100%", xs: 220 }}
            />
          )}
          {rows.length < all.length && (
            <Text size="sm" c="dimmed" pb={8} aria-live="polite">
              {t("houses.shown", { count: rows.length, all: all.length })}
            </Text>
          )}
        </Group>
      )}
      <Section title={t("houses.title")} help={t("houses.help")}>
        <Surface>
          <HousesTable rows={rows} run={run} />
        </Surface>
      </Section>
      {rows.length > 1 && (
        <Section title={t("houses.savings")} help={t("houses.savingsHelp")}>
          <Surface>
            <SavingsChart rows={rows} run={run} />
          </Surface>
        </Section>
      )}
    </Stack>
  );
}
