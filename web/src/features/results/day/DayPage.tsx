import { Stack } from "@mantine/core";
import { IconHomeOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { localDate } from "@/shared/format/zones";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { chosenNode } from "../parts/NodePicker";
import { type Header, headerQuery, nodesQuery, type ResultNode } from "../queries";
import { DayCharts } from "./DayCharts";
import { DayToolbar } from "./DayToolbar";
import { StoredSteps } from "./StoredSteps";
import { type DaySpan, movedSpan, type RunDates, spanOf } from "./span";
import { YearStrip } from "./YearStrip";

const route = getRouteApi("/inside/runs/$runId/day");

/** One day to a week of any node, step by step. */
export function DayPage() {
  const { runId } = route.useParams();
  const nodes = useQuery(nodesQuery(runId));
  const header = useQuery(headerQuery(runId));
  return (
    <Awaited query={header} height={900}>
      {(run) => (
        <Awaited query={nodes} height={900}>
          {(found) => <Days run={run} nodes={found} />}
        </Awaited>
      )}
    </Awaited>
  );
}

function Days({ run, nodes }: { run: Header; nodes: ResultNode[] }) {
  const { t } = useTranslation(["results", "common"]);
  const wanted = route.useSearch();
  const navigate = route.useNavigate();
  const node = chosenNode(nodes, wanted.node);
  const dates: RunDates = {
    first: localDate(run.start, run.timezone),
    last: localDate(Date.parse(run.end) - 1, run.timezone),
  };
  const span = spanOf(wanted, dates);
  if (node === undefined) return <Empty icon={<IconHomeOff size={28} />} title={t("day.nobody")} />;
  const go = (next: DaySpan, nodeId = node.node_id) =>
    void navigate({ search: { date: next.date, days: next.days, node: nodeId }, replace: true, resetScroll: false });
  const hasSteps = run.stored_step_minutes < 1440;
  return (
    <Stack
      gap="md"
      onKeyDown={(event) => {
        const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : null;
        if (by === null || isTyping(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        go(movedSpan(span, by, dates));
      }}
    >
      <DayToolbar
        nodes={nodes}
        node={node}
        dates={dates}
        span={span}
        timezone={run.timezone}
        onSpan={(next) => go(next)}
        onNode={(nodeId) => go(span, nodeId)}
      />
      <YearStrip run={run} node={node} span={span} onDate={(date) => go(spanOf({ ...span, date }, dates))} />
      <StoredSteps run={run} />
      {hasSteps && <DayCharts run={run} node={node} nodes={nodes} span={span} dates={dates} />}
    </Stack>
  );
}

/** Arrow keys belong to fields and to what scrolls by them. */
function isTyping(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [role=region], [role=listbox]") !== null
  );
}
