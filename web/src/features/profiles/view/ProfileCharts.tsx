import { Group, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { endOf, type Intervals, startOf } from "@/shared/charts/intervals";
import { momentText, spanAt, type TimeWindow, windowOf } from "@/shared/charts/timeWindow";
import { YearHeatmap } from "@/shared/charts/YearHeatmap";
import { ZoneClock } from "@/shared/format/zoneClock";
import { startOfDay } from "@/shared/format/zones";
import { Surface } from "@/shared/ui/Surface";
import type { Profile } from "../queries";
import { VIEWS } from "../search";
import { unitWord } from "../units";
import { DurationView } from "./DurationView";
import { LineView } from "./LineView";

export interface ProfileSearch {
  view?: (typeof VIEWS)[number];
  from?: string;
  to?: string;
  zone?: string;
}

interface Props {
  profile: Profile;
  data: Intervals;
  stepMinutes: number;
  timezone: string;
  zones: string[];
  search: ProfileSearch;
  onSearch: (change: ProfileSearch) => void;
}

/** One profile as a line, a duration curve or a heatmap; which one, and which part of it, stands in the address. */
export function ProfileCharts({ profile, data, stepMinutes, timezone, zones, search, onSearch }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const extent = useMemo((): TimeWindow => ({ from: startOf(data, 0), to: endOf(data) }), [data]);
  const clock = useMemo(() => new ZoneClock(timezone, extent.from, extent.to), [timezone, extent]);
  const window = useMemo(
    () => windowOf(search.from, search.to, timezone, extent),
    [search.from, search.to, timezone, extent],
  );
  const view = search.view ?? "line";
  const look = ({ from, to }: TimeWindow) =>
    onSearch({
      from: from === extent.from ? undefined : momentText(from, clock),
      to: to === extent.to ? undefined : momentText(to, clock),
    });
  const lookAtDay = (date: string) => {
    const day = spanAt("day", startOfDay(date, timezone).getTime(), clock, extent);
    onSearch({ view: undefined, from: momentText(day.from, clock), to: momentText(day.to, clock) });
  };
  return (
    <Surface>
      <Stack gap="md">
        <Group justify="space-between" align="flex-end" gap="sm">
          <SegmentedControl
            aria-label={t("view.label")}
            value={view}
            onChange={(chosen) => onSearch({ view: VIEWS.find((one) => one === chosen && one !== "line") })}
            data={VIEWS.map((name) => ({ value: name, label: t(`view.${name}`) }))}
          />
          <Select
            label={t("view.zone")}
            data={zones}
            value={timezone}
            allowDeselect={false}
            w={200}
            onChange={(zone) => onSearch({ zone: zone === zones[0] ? undefined : (zone ?? undefined) })}
          />
        </Group>
        {view === "line" && (
          <LineView profile={profile} data={data} timezone={timezone} extent={extent} window={window} onWindow={look} />
        )}
        {view === "duration" && <DurationView profile={profile} values={data.values} stepMinutes={stepMinutes} />}
        {view === "heatmap" && (
          <>
            <YearHeatmap
              label={t("view.heatmapLabel", { name: profile.name })}
              title={t("view.heatmap")}
              data={data}
              unit={unitWord(profile.unit)}
              timezone={timezone}
              scale={profile.statistics.min < 0 ? "diverging" : "sequential"}
              height={420}
              onDay={lookAtDay}
            />
            <Text size="sm" c="dimmed">
              {t("common:timezone", { zone: timezone })} · {t("view.heatmapHint")}
            </Text>
          </>
        )}
      </Stack>
    </Surface>
  );
}
