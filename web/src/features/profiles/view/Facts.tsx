import { SimpleGrid, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Intervals, startOf } from "@/shared/charts/intervals";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import type { Profile } from "../queries";
import { energyUnit, isPower, unitWord, yearlyKwh } from "../units";
import { peakIndex } from "./duration";

interface Props {
  profile: Profile;
  /** Null while the values are on their way; all but the time of the peak is known before. */
  data: Intervals | null;
  timezone: string;
}

/** The figures of a profile: energy of a year, peak and when, mean, lowest, how even it is. */
export function Facts({ profile, data, timezone }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const formats = useFormats();
  const { statistics } = profile;
  const unit = unitWord(profile.unit);
  const peakAt = useMemo(() => {
    const index = data ? peakIndex(data.values) : -1;
    return data && index >= 0 ? startOf(data, index) : null;
  }, [data]);
  const value = (amount: number) => formats.quantity(amount, unit, 3);
  const year = yearlyKwh(profile);
  const power = isPower(profile) && statistics.max > 0;
  return (
    <SimpleGrid cols={{ base: 2, sm: power ? 5 : 3 }} spacing="sm">
      {year !== null && (
        <Fact
          title={t("facts.energy")}
          value={formats.quantity(year, energyUnit(profile), 0)}
          note={power ? t("facts.fullLoad", { hours: formats.quantity(year / statistics.max, "h", 0) }) : ""}
        />
      )}
      <Fact
        title={power ? t("facts.peak") : t("facts.highest")}
        value={value(statistics.max)}
        note={peakAt === null ? " " : formats.moment(peakAt, timezone)}
      />
      <Fact title={t("facts.mean")} value={value(statistics.mean)} />
      <Fact title={t("facts.lowest")} value={value(statistics.min)} />
      {power && (
        <Fact
          title={t("facts.loadFactor")}
          value={formats.percent(statistics.mean / statistics.max)}
          note={t("facts.loadFactorNote")}
        />
      )}
    </SimpleGrid>
  );
}

function Fact({ title, value, note }: { title: string; value: string; note?: string }) {
  return (
    <Surface p="sm">
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <Text fz="xl" fw={650} style={{ fontVariantNumeric: "tabular-nums" }}>
        {value}
      </Text>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Surface>
  );
}
