import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { axisStyle, basics } from "@/shared/charts/basics";
import { Chart } from "@/shared/charts/Chart";
import { type Palette, usePalette } from "@/shared/charts/palette";
import { type Formats, useFormats } from "@/shared/format/formats";
import type { Profile } from "../queries";
import { unitWord } from "../units";
import { colorOf } from "./colors";
import { type Duration, durationOf } from "./duration";

interface Props {
  profile: Profile;
  values: ArrayLike<number | null>;
  stepMinutes: number;
}

const TABLE_POINTS = 100;

/** How many hours of the period the profile was at least that high. */
export function DurationView({ profile, values, stepMinutes }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const palette = usePalette();
  const formats = useFormats();
  const duration = useMemo(() => durationOf(values, stepMinutes), [values, stepMinutes]);
  const unit = unitWord(profile.unit);
  const color = colorOf(profile.profile_type, palette);
  const option = useMemo(
    () => optionOf(duration, { unit, color, hoursWord: t("view.hours"), palette, formats }),
    [duration, unit, color, t, palette, formats],
  );
  const table = () => {
    const { hours, values: heights } = durationOf(values, stepMinutes, TABLE_POINTS);
    const rows = hours.map((hour, index) => [
      formats.quantity(hour, "h", 1),
      formats.quantity(heights[index], unit, 3),
    ]);
    return { columns: [t("view.hours"), t("view.atLeast")], rows };
  };
  return (
    <Chart
      label={t("view.durationLabel", { name: profile.name })}
      title={t("view.duration")}
      option={option}
      height={400}
      table={table}
    />
  );
}

interface Look {
  unit: string;
  color: string;
  hoursWord: string;
  palette: Palette;
  formats: Formats;
}

function optionOf({ hours, values }: Duration, { unit, color, hoursWord, palette, formats }: Look) {
  const style = axisStyle(palette);
  return {
    ...basics(palette),
    grid: { left: 8, right: 24, top: 28, bottom: 32, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      ...(basics(palette).tooltip as object),
      trigger: "axis",
      formatter: ([point]: { value: [number, number] }[]) =>
        point
          ? `${formats.quantity(point.value[0], "h", 0)}: <b>≥ ${formats.quantity(point.value[1], unit, 3)}</b>`
          : "",
    },
    xAxis: {
      ...style,
      type: "value",
      min: 0,
      max: hours.at(-1) ?? 1,
      name: hoursWord,
      nameLocation: "middle",
      nameGap: 28,
      splitLine: { show: false },
      axisLabel: { ...style.axisLabel, hideOverlap: true, formatter: (value: number) => formats.number(value, 0) },
    },
    yAxis: {
      ...style,
      type: "value",
      name: unit,
      nameTextStyle: { color: palette.muted, align: "left" },
      axisLabel: { ...style.axisLabel, formatter: (value: number) => formats.number(value, 4) },
    },
    series: [
      {
        type: "line",
        symbol: "none",
        lineStyle: { color, width: 2 },
        itemStyle: { color },
        areaStyle: { color, opacity: 0.15 },
        data: hours.map((hour, index) => [hour, values[index]]),
      },
    ],
  };
}
