import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import type { Header, ResultNode } from "../queries";
import { EnergySums } from "./EnergySums";
import { PriceChart } from "./PriceChart";
import { type PowerWords, powerOption, powerTable } from "./powerOption";
import { daysQuery } from "./queries";
import { type Scene, sceneOf } from "./scene";
import { type DaySpan, movedSpan, type RunDates } from "./span";
import { storedOption, storedTable } from "./storedOption";

interface Props {
  run: Header;
  node: ResultNode;
  nodes: ResultNode[];
  span: DaySpan;
  dates: RunDates;
}

export function DayCharts({ run, node, nodes, span, dates }: Props) {
  const days = useQuery(daysQuery(run.run_id, node, span.date, span.end));
  const shown = nodes.find((one) => one.node_id === days.data?.series.node_id) ?? node;
  const scene = useMemo(
    () => (days.data ? sceneOf(run, shown, days.data.series, days.data.sums) : null),
    [days.data, run, shown],
  );
  useNeighbours(run, node, span, dates);
  if (days.isError) return <ProblemNotice problem={days.error} onRetry={() => void days.refetch()} />;
  if (scene === null) return <Skeleton h={900} />;
  return (
    <Stack gap="md" aria-busy={days.isPlaceholderData}>
      <Surface>
        <PowerChart scene={scene} />
      </Surface>
      <EnergySums scene={scene} />
      {scene.storedKwh.some((energy) => (energy ?? 0) > 0) && (
        <Surface>
          <StoredChart scene={scene} />
        </Surface>
      )}
      <PriceChart run={run} node={shown} nodes={nodes} scene={scene} span={span} />
    </Stack>
  );
}

/** The days before and after are fetched before they are asked for. */
function useNeighbours(run: Header, node: ResultNode, span: DaySpan, dates: RunDates) {
  const queries = useQueryClient();
  const before = movedSpan(span, -1, dates);
  const after = movedSpan(span, 1, dates);
  useEffect(() => {
    const wait = setTimeout(() => {
      for (const beside of [
        { date: after.date, end: after.end },
        { date: before.date, end: before.end },
      ])
        void queries.prefetchQuery(daysQuery(run.run_id, node, beside.date, beside.end));
    }, 300);
    return () => clearTimeout(wait);
  }, [queries, run.run_id, node, after.date, after.end, before.date, before.end]);
}

function PowerChart({ scene }: { scene: Scene }) {
  const { t } = useTranslation(["results", "common"]);
  const palette = usePalette();
  const formats = useFormats();
  const words = useMemo(
    (): PowerWords => ({
      time: t("common:chart.time"),
      load: t("common:measure.load"),
      generation: t("common:measure.generation"),
      supply: t(scene.kind === "house" ? "day.supplyHouse" : "day.supply", { returnObjects: true }),
      use: t("day.use", { returnObjects: true }),
    }),
    [t, scene.kind],
  );
  const option = useMemo(() => powerOption(scene, palette, words, formats), [scene, palette, words, formats]);
  return (
    <>
      <Chart
        label={t("day.power")}
        option={option}
        height={420}
        table={() => powerTable(scene, palette, words, formats)}
      />
      <Text size="sm" c="dimmed" mt={4} maw={820}>
        {t("day.powerHelp")} {scene.isDivided && t("day.divided")}
      </Text>
    </>
  );
}

function StoredChart({ scene }: { scene: Scene }) {
  const { t } = useTranslation(["results", "common"]);
  const palette = usePalette();
  const formats = useFormats();
  const word = t("common:measure.soc");
  const option = useMemo(() => storedOption(scene, palette, word, formats), [scene, palette, word, formats]);
  return (
    <Chart
      label={t("day.stored")}
      option={option}
      height={180}
      table={() => storedTable(scene, t("common:chart.time"), word, formats)}
    />
  );
}
