import { Group, Select, Stack } from "@mantine/core";
import { IconCalendarOff, IconHomeOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { chosenNode, NodePicker } from "../parts/NodePicker";
import { type Header, headerQuery, nodesQuery, type ResultNode } from "../queries";
import { DurationChart } from "./DurationChart";
import { MeasureHeatmap } from "./MeasureHeatmap";
import { measureOf, measuresOf } from "./measures";

const route = getRouteApi("/inside/runs/$runId/heatmaps");

/** A measure of any node over all hours of the run, by date and clock, and by how long it lasted. */
export function HeatmapsPage() {
  const { runId } = route.useParams();
  const nodes = useQuery(nodesQuery(runId));
  const header = useQuery(headerQuery(runId));
  return (
    <Awaited query={header} height={900}>
      {(run) => (
        <Awaited query={nodes} height={900}>
          {(found) => <Heatmaps run={run} nodes={found} />}
        </Awaited>
      )}
    </Awaited>
  );
}

function Heatmaps({ run, nodes }: { run: Header; nodes: ResultNode[] }) {
  const { t } = useTranslation("results");
  const wanted = route.useSearch();
  const navigate = route.useNavigate();
  const node = chosenNode(nodes, wanted.node);
  if (node === undefined) return <Empty icon={<IconHomeOff size={28} />} title={t("day.nobody")} />;
  if (run.stored_step_minutes >= 1440)
    return (
      <Empty
        icon={<IconCalendarOff size={28} />}
        title={t("heatmaps.daysOnly")}
        actions={
          <LinkButton to="/runs/$runId/day" params={{ runId: run.run_id }} variant="light">
            {t("heatmaps.toDays")}
          </LinkButton>
        }
      >
        {t("heatmaps.daysOnlyHelp")}
      </Empty>
    );
  const shown = measureOf(wanted.measure, node.kind);
  const go = (search: { node: number; measure: string }) =>
    void navigate({ search, replace: true, resetScroll: false });
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end" className="no-print">
        <NodePicker
          nodes={nodes}
          value={node.node_id}
          label={t("day.node")}
          onChange={(nodeId) => go({ node: nodeId, measure: shown })}
        />
        <Select
          label={t("heatmaps.measure")}
          value={shown}
          data={measuresOf(node.kind).map((name) => ({ value: name, label: t(`heatmaps.measures.${name}`) }))}
          onChange={(name) => name !== null && go({ node: node.node_id, measure: name })}
          allowDeselect={false}
          w={{ base: "100%", xs: 260 }}
        />
      </Group>
      <MeasureHeatmap run={run} node={node} shown={shown} />
      <DurationChart run={run} node={node} shown={shown} />
    </Stack>
  );
}
