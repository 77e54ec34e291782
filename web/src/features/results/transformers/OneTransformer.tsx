import { SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { intervalsOf } from "@/shared/charts/intervals";
import { YearHeatmap } from "@/shared/charts/YearHeatmap";
import { useFormats } from "@/shared/format/formats";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { DurationCurve } from "../parts/DurationCurve";
import type { Limit } from "../parts/durationOption";
import { type Header, type NodeSeries, seriesQuery } from "../queries";
import { loadingPercent } from "./loading";
import type { TransformerRow } from "./rows";

const FLOW = "net_grid_flow_kw";
const HEIGHT = 300;

/** One transformer over the run: how much it was loaded when, and for how long. */
export function OneTransformer({ run, row }: { run: Header; row: TransformerRow }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const limits = useMemo((): Limit[] => {
    const { capacityKw } = row;
    if (capacityKw === null) return [];
    const kw = formats.quantity(capacityKw, "kW");
    const limit = { value: capacityKw, label: t("transformers.limitIn", { kw }), severe: true };
    const out = { value: -capacityKw, label: t("transformers.limitOut", { kw }), severe: true };
    return (row.exportPeakKw ?? 0) > 0 ? [limit, out] : [limit];
  }, [row, formats, t]);
  if (run.stored_step_minutes >= 1440) return <Text c="dimmed">{t("transformers.daysOnly")}</Text>;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Surface>
        <LoadingHeatmap run={run} row={row} />
      </Surface>
      <Surface>
        <DurationCurve
          runId={run.run_id}
          nodeId={row.id}
          measure={FLOW}
          label={t("transformers.duration", { name: row.name })}
          limits={limits}
          height={HEIGHT}
        />
        <Text size="sm" c="dimmed">
          {t("transformers.durationHelp")}
        </Text>
      </Surface>
    </SimpleGrid>
  );
}

function LoadingHeatmap({ run, row }: { run: Header; row: TransformerRow }) {
  const { t } = useTranslation("results");
  const navigate = useNavigate();
  const answer = useQuery(seriesQuery(run.run_id, [FLOW], { nodeId: row.id, resolution: "1h" }));
  const series = answer.data as NodeSeries | undefined;
  const { capacityKw } = row;
  const data = useMemo(() => {
    if (series === undefined) return null;
    const flow = series.values[FLOW] ?? [];
    return intervalsOf(series, capacityKw === null ? flow : loadingPercent(flow, capacityKw));
  }, [series, capacityKw]);
  if (answer.isError) return <ProblemNotice problem={answer.error} onRetry={() => void answer.refetch()} />;
  if (data === null) return <Skeleton h={HEIGHT + 36} />;
  return (
    <>
      <YearHeatmap
        label={t(capacityKw === null ? "transformers.flow" : "transformers.heatmap", { name: row.name })}
        data={data}
        unit={capacityKw === null ? "kW" : "%"}
        timezone={run.timezone}
        scale={capacityKw === null ? "diverging" : "sequential"}
        range={capacityKw === null ? undefined : [0, Math.max(100, row.loadingPercent ?? 0)]}
        height={HEIGHT}
        onDay={(date) =>
          void navigate({ to: "/runs/$runId/day", params: { runId: run.run_id }, search: { date, node: row.id } })
        }
      />
      <Text size="sm" c="dimmed">
        {t("transformers.heatmapHelp")}
      </Text>
    </>
  );
}
