import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Intervals, intervalsOf } from "@/shared/charts/intervals";
import { usePalette } from "@/shared/charts/palette";
import { TimeSeriesChart } from "@/shared/charts/TimeSeriesChart";
import { TimeWindowBar } from "@/shared/charts/TimeWindowBar";
import type { TimeWindow } from "@/shared/charts/timeWindow";
import { MINUTE_MS } from "@/shared/format/zoneClock";
import { type Profile, seriesQuery } from "../queries";
import { unitWord } from "../units";
import { colorOf } from "./colors";
import { detailDays } from "./seriesPlan";

interface Props {
  profile: Profile;
  data: Intervals;
  timezone: string;
  extent: TimeWindow;
  window: TimeWindow;
  onWindow: (window: TimeWindow) => void;
}

/** The profile over time, from all of it to single steps. */
export function LineView({ profile, data, timezone, extent, window, onWindow }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const palette = usePalette();
  const details = useDetails(profile, window);
  const unit = unitWord(profile.unit);
  const color = colorOf(profile.profile_type, palette);
  const series = useMemo(
    () => [{ name: t(`type.${profile.profile_type}`), unit, color, data: details ?? data, band: true }],
    [t, profile.profile_type, unit, color, details, data],
  );
  return (
    <Stack gap="xs">
      <TimeWindowBar
        timezone={timezone}
        extent={extent}
        window={window}
        onWindow={onWindow}
        stepMs={profile.step_minutes * MINUTE_MS}
      />
      <TimeSeriesChart
        label={t("view.lineLabel", { name: profile.name })}
        title={t("view.line")}
        series={series}
        timezone={timezone}
        extent={extent}
        window={window}
        onWindow={onWindow}
        height={400}
      />
    </Stack>
  );
}

/** The values themselves around the window, where the whole profile was too much to fetch them. */
function useDetails(profile: Profile, window: TimeWindow): Intervals | null {
  const days = detailDays(profile, window);
  const query = useQuery({
    ...seriesQuery({ profileId: profile.id, resolution: "native", ...days }),
    enabled: days !== null,
  });
  const found = days === null ? undefined : query.data;
  return useMemo(() => (found === undefined ? null : intervalsOf(found, found.values)), [found]);
}
