import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { durationQuery } from "../queries";
import { durationOption, type Limit } from "./durationOption";

interface Props {
  runId: number;
  nodeId: number;
  measure: string;
  label: string;
  limits?: Limit[];
  height?: number;
}

const NO_LIMITS: Limit[] = [];
const TABLE_ROWS = 100;

/** A measure's duration curve, at the step that the run stores. */
export function DurationCurve({ runId, nodeId, measure, label, limits = NO_LIMITS, height = 300 }: Props) {
  const { t } = useTranslation("results");
  const palette = usePalette();
  const formats = useFormats();
  const answer = useQuery(durationQuery(runId, nodeId, measure));
  const curve = answer.data;
  const option = useMemo(
    () =>
      curve
        ? durationOption(
            curve,
            limits,
            palette,
            {
              hours: t("heatmaps.hours"),
              point: (hours, value) => t("heatmaps.point", { hours, value }),
            },
            formats,
          )
        : null,
    [curve, limits, palette, formats, t],
  );
  if (answer.isError) return <ProblemNotice problem={answer.error} onRetry={() => void answer.refetch()} />;
  if (curve === undefined) return <Skeleton h={height + 36} />;
  if (curve.hours.length === 0) return <Text c="dimmed">{t("heatmaps.noCurve")}</Text>;
  return (
    <Chart
      label={label}
      option={option}
      height={height}
      table={() => ({
        columns: [t("heatmaps.hours"), `${t("heatmaps.atLeast")} [${curve.unit}]`],
        rows: sampled(curve.hours.length, TABLE_ROWS).map((index) => [
          formats.number(curve.hours[index] ?? 0, 2),
          formats.number(curve.values[index] ?? 0, 4),
        ]),
      })}
    />
  );
}

/** At most so many places, from the first to the last. */
function sampled(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / (most - 1)));
}
