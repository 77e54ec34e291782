import { Alert, Group, List, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { axisStyle, basics } from "@/shared/charts/basics";
import { Chart } from "@/shared/charts/Chart";
import { type Palette, usePalette } from "@/shared/charts/palette";
import { TimeSeriesChart } from "@/shared/charts/TimeSeriesChart";
import type { TimeWindow } from "@/shared/charts/timeWindow";
import { type Formats, useFormats } from "@/shared/format/formats";
import { ZoneClock } from "@/shared/format/zoneClock";
import { Surface } from "@/shared/ui/Surface";
import { unitWord } from "../units";
import { colorOf } from "../view/colors";
import type { BuildPreview } from "./calls";

interface Props {
  preview: BuildPreview | null;
  isStale: boolean;
}

/** What a build would make: figures, its days and its mean day. */
export function PreviewPanel({ preview, isStale }: Props) {
  const { t } = useTranslation("profiles");
  return (
    <Surface>
      <Stack>
        <Title order={2} size="h4">
          {t("build.preview.title")}
        </Title>
        {preview === null ? (
          <Text c="dimmed">{t("build.preview.none")}</Text>
        ) : (
          <>
            {isStale && (
              <Text size="sm" c="dimmed" role="status">
                {t("build.preview.stale")}
              </Text>
            )}
            <Figures preview={preview} />
            {preview.notes.length > 0 && (
              <Alert color="yellow" icon={<IconInfoCircle size={20} />}>
                <List size="sm">
                  {preview.notes.map((note) => (
                    <List.Item key={note}>{note}</List.Item>
                  ))}
                </List>
              </Alert>
            )}
            <Days preview={preview} />
            <MeanDay preview={preview} />
          </>
        )}
      </Stack>
    </Surface>
  );
}

function Figures({ preview }: { preview: BuildPreview }) {
  const { t } = useTranslation("profiles");
  const formats = useFormats();
  const { statistics, yearly_kwh, full_load_hours } = preview;
  const unit = unitWord(preview.unit);
  const figures: [string, string, string?][] = [
    [t("facts.mean"), formats.quantity(statistics.mean, unit, 3)],
    [t("facts.highest"), formats.quantity(statistics.max, unit, 3)],
    [t("facts.lowest"), formats.quantity(statistics.min, unit, 3)],
  ];
  if (yearly_kwh !== null)
    figures.unshift([
      t("facts.energy"),
      formats.quantity(yearly_kwh, "kWh", 0),
      full_load_hours === null
        ? undefined
        : t("build.preview.fullLoad", { hours: formats.quantity(full_load_hours, "h", 0) }),
    ]);
  return (
    <SimpleGrid cols={{ base: 2, sm: figures.length }}>
      {figures.map(([name, value, note]) => (
        <Stack key={name} gap={0}>
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text fz="lg" fw={650}>
            {value}
          </Text>
          {note && (
            <Text size="xs" c="dimmed">
              {note}
            </Text>
          )}
        </Stack>
      ))}
    </SimpleGrid>
  );
}

function Days({ preview }: { preview: BuildPreview }) {
  const { t } = useTranslation(["profiles", "common"]);
  const palette = usePalette();
  const { timezone, unit, profile_type, daily_means } = preview;
  const extent = useMemo(
    (): TimeWindow => ({ from: Date.parse(preview.start), to: Date.parse(preview.end) }),
    [preview.start, preview.end],
  );
  const [window, setWindow] = useState<TimeWindow | null>(null);
  const series = useMemo(() => {
    const clock = new ZoneClock(timezone, extent.from, extent.to);
    const starts = clock.days(extent.from, extent.to).map((day) => Math.max(day, extent.from));
    const data = { starts, end: extent.to, values: daily_means.values };
    return [
      { name: t("build.preview.days"), unit: unitWord(unit), color: colorOf(profile_type, palette), data, area: true },
    ];
  }, [timezone, extent, unit, profile_type, daily_means, palette, t]);
  const shown = window && window.from >= extent.from && window.to <= extent.to ? window : extent;
  return (
    <>
      <TimeSeriesChart
        label={t("build.preview.days")}
        series={series}
        timezone={timezone}
        extent={extent}
        window={shown}
        onWindow={setWindow}
        height={280}
      />
      <Group justify="flex-end">
        <Text size="xs" c="dimmed">
          {t("common:timezone", { zone: timezone })}
        </Text>
      </Group>
    </>
  );
}

function MeanDay({ preview }: { preview: BuildPreview }) {
  const { t } = useTranslation("profiles");
  const palette = usePalette();
  const formats = useFormats();
  const unit = unitWord(preview.unit);
  const color = colorOf(preview.profile_type, palette);
  const option = useMemo(
    () => meanDayOption(preview.mean_day, { unit, color, palette, formats }),
    [preview.mean_day, unit, color, palette, formats],
  );
  return (
    <Chart
      label={t("build.preview.meanDay")}
      option={option}
      height={220}
      table={() => ({
        columns: [t("build.preview.hour"), unit],
        rows: preview.mean_day.map((value, hour) => [clockHour(hour), formats.quantity(value, unit, 3)]),
      })}
    />
  );
}

function meanDayOption(
  means: (number | null)[],
  { unit, color, palette, formats }: { unit: string; color: string; palette: Palette; formats: Formats },
) {
  const style = axisStyle(palette);
  return {
    ...basics(palette),
    grid: { left: 8, right: 16, top: 28, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      formatter: ([point]: { dataIndex: number }[]) =>
        point
          ? `${clockHour(point.dataIndex)} – ${clockHour(point.dataIndex + 1)}: <b>${formats.quantity(means[point.dataIndex], unit, 3)}</b>`
          : "",
    },
    xAxis: { ...style, type: "category", data: means.map((_, hour) => clockHour(hour)), splitLine: { show: false } },
    yAxis: {
      ...style,
      type: "value",
      name: unit,
      nameTextStyle: { color: palette.muted, align: "left" },
      axisLabel: { ...style.axisLabel, formatter: (value: number) => formats.number(value, 4) },
    },
    series: [{ type: "bar", data: means, itemStyle: { color, borderRadius: [3, 3, 0, 0] } }],
  };
}

function clockHour(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
