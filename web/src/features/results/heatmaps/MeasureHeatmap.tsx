import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { intervalsOf } from "@/shared/charts/intervals";
import { YearHeatmap } from "@/shared/charts/YearHeatmap";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { type Header, type NodeSeries, type ResultNode, seriesQuery } from "../queries";
import { factsOf, type Shown } from "./measures";

interface Props {
  run: Header;
  node: ResultNode;
  shown: Shown;
}

const HEIGHT = 380;

/** Every hour of the run; a click goes to its day. */
export function MeasureHeatmap({ run, node, shown }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const navigate = useNavigate();
  const { measure, scale } = factsOf(shown);
  const answer = useQuery(seriesQuery(run.run_id, [measure], { nodeId: node.node_id, resolution: "1h" }));
  const series = answer.data as NodeSeries | undefined;
  const data = useMemo(() => (series ? intervalsOf(series, series.values[measure] ?? []) : null), [series, measure]);
  const hasValues = data !== null && Array.from(data.values).some((value) => value !== null && value !== 0);
  const onDay = (date: string) =>
    void navigate({ to: "/runs/$runId/day", params: { runId: run.run_id }, search: { date, node: node.node_id } });
  const label = t("heatmaps.label", { measure: t(`heatmaps.measures.${shown}`), node: node.name });
  return (
    <Surface>
      {answer.isError ? (
        <ProblemNotice problem={answer.error} onRetry={() => void answer.refetch()} />
      ) : data === null ? (
        <Skeleton h={HEIGHT + 56} />
      ) : hasValues ? (
        <>
          <YearHeatmap
            label={label}
            data={data}
            unit={series?.units[measure] ?? ""}
            timezone={run.timezone}
            scale={scale}
            height={HEIGHT}
            onDay={onDay}
          />
          <Text size="sm" c="dimmed">
            {t("heatmaps.help")} {shown === "net" && t("heatmaps.netHelp")}{" "}
            {t("common:timezone", { zone: run.timezone })}.
          </Text>
        </>
      ) : (
        <Text c="dimmed" py="xl" ta="center">
          {t("heatmaps.nothing", { measure: t(`heatmaps.measures.${shown}`), node: node.name })}
        </Text>
      )}
    </Surface>
  );
}
