import { Group, Stack, Text, Title } from "@mantine/core";
import { IconCalendarEvent, IconChevronLeft, IconChevronRight, IconHomeOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAbilities } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Section } from "../parts/Section";
import { type Header, headerQuery, nodesQuery, type ResultNode } from "../queries";
import { HouseBill } from "./HouseBill";
import { HouseCards } from "./HouseCards";
import { HouseMonths } from "./HouseMonths";
import { Flags } from "./HousesTable";
import { Partners } from "./Partners";
import { type HouseRow, houseRows, neighboursOf } from "./rows";
import { SavingSentence } from "./SavingSentence";

const route = getRouteApi("/inside/runs/$runId/houses/$houseId");

/** One house: for a household the page that matters. */
export function HousePage() {
  const { runId } = route.useParams();
  const nodes = useQuery(nodesQuery(runId));
  const header = useQuery(headerQuery(runId));
  return (
    <Awaited query={header} height={1200}>
      {(run) => (
        <Awaited query={nodes} height={1200}>
          {(found) => <House run={run} nodes={found} />}
        </Awaited>
      )}
    </Awaited>
  );
}

function House({ run, nodes }: { run: Header; nodes: ResultNode[] }) {
  const { t } = useTranslation("results");
  const { isHousehold } = useAbilities();
  const { houseId } = route.useParams();
  const { period } = route.useSearch();
  const navigate = route.useNavigate();
  const rows = useMemo(() => houseRows(nodes), [nodes]);
  const row = rows.find((one) => one.id === houseId);
  const node = nodes.find((one) => one.node_id === houseId);
  if (row === undefined || node === undefined)
    return (
      <Empty
        icon={<IconHomeOff size={28} />}
        title={t("houses.missing")}
        actions={
          <LinkButton to="/runs/$runId/houses" params={{ runId: run.run_id }} variant="light">
            {t("houses.toAll")}
          </LinkButton>
        }
      />
    );
  return (
    <Stack gap="xl">
      <Stack gap="sm">
        <Head run={run} row={row} rows={rows} />
        <SavingSentence billEur={row.billEur} referenceEur={row.referenceEur} currency={run.currency} isLead />
      </Stack>
      <HouseCards node={node} run={run} />
      <Section title={t("bill.title")} help={t("bill.help")}>
        <HouseBill
          run={run}
          row={row}
          period={period ?? "run"}
          onPeriod={(chosen) =>
            void navigate({
              search: { period: chosen === "run" ? undefined : chosen },
              replace: true,
              resetScroll: false,
            })
          }
        />
      </Section>
      <Section title={t("houses.months.title")} help={t("houses.months.help")}>
        <HouseMonths run={run} houseId={row.id} />
      </Section>
      {!isHousehold && (
        <Section title={t("houses.partners.title")} help={t("houses.partners.help")}>
          <Partners run={run} house={row} nodes={nodes} />
        </Section>
      )}
    </Stack>
  );
}

function Head({ run, row, rows }: { run: Header; row: HouseRow; rows: HouseRow[] }) {
  const { t } = useTranslation("results");
  const { before, after } = neighboursOf(rows, row.id);
  const facts = [
    row.transformer && t("houses.atTransformer", { name: row.transformer }),
    row.owner && t("houses.ownedBy", { name: row.owner }),
  ].filter(Boolean);
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <div>
        <Group gap="sm">
          <Title order={2} size="h3" style={{ overflowWrap: "anywhere" }}>
            {row.name}
          </Title>
          <Flags flags={row.flags} />
        </Group>
        {facts.length > 0 && (
          <Text size="sm" c="dimmed">
            {facts.join(" · ")}
          </Text>
        )}
      </div>
      <Group gap="xs" className="no-print">
        {before && <Beside run={run} row={before} label={t("houses.before", { name: before.name })} isBefore />}
        {after && <Beside run={run} row={after} label={t("houses.after", { name: after.name })} isBefore={false} />}
        <LinkButton
          to="/runs/$runId/day"
          params={{ runId: run.run_id }}
          search={{ node: row.id }}
          variant="light"
          size="sm"
          leftSection={<IconCalendarEvent size={16} />}
        >
          {t("houses.toDay")}
        </LinkButton>
      </Group>
    </Group>
  );
}

function Beside({ run, row, label, isBefore }: { run: Header; row: HouseRow; label: string; isBefore: boolean }) {
  const { period } = route.useSearch();
  const Icon = isBefore ? IconChevronLeft : IconChevronRight;
  return (
    <LinkButton
      to="/runs/$runId/houses/$houseId"
      params={{ runId: run.run_id, houseId: row.id }}
      search={{ period }}
      variant="default"
      size="sm"
      px="xs"
      aria-label={label}
    >
      <Icon size={18} />
    </LinkButton>
  );
}
