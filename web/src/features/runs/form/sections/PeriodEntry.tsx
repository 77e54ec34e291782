import { Alert, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { TextLink } from "@/shared/ui/LinkButton";
import { useEntry, useRunFormContext, useSurroundings } from "../context";
import { KindEntry } from "../entries";
import { firstOf, type Period, spanOf, wholeDays, wholeMonths, wholeYears } from "../period";

const KINDS = ["all", "year", "month", "week", "range"] as const;

/** What time is simulated; only what all assigned profiles cover can be chosen. */
export function PeriodEntry() {
  const { t } = useTranslation(["runs", "common"]);
  const { facts } = useSurroundings();
  const { value: period, set, error } = useEntry<Period>("period");
  const gridId = useRunFormContext().values.grid_id;
  if (facts === undefined) return null;
  if (facts.common === null)
    return (
      <Alert color="yellow" role="alert">
        {facts.assignedProfiles === 0 ? t("form.period.noProfiles") : t("form.period.noCommon")}{" "}
        {gridId !== null && (
          <TextLink underline="always" to="/communities/$gridId/assignments" params={{ gridId }}>
            {t("form.period.assign")}
          </TextLink>
        )}
      </Alert>
    );
  const kinds = period.kind === "exact" ? ([...KINDS, "exact"] as const) : KINDS;
  const isPossible = (kind: Period["kind"]) =>
    kind === period.kind || kind === "all" || firstOf(kind, facts.common, facts.timezone).kind === kind;
  return (
    <Stack gap="xs">
      <KindEntry
        label={t("form.period.label")}
        value={period.kind}
        kinds={kinds.filter(isPossible).map((kind) => ({ value: kind, name: t(`form.period.${kind}`) }))}
        onChoose={(kind) => set(firstOf(kind, facts.common, facts.timezone))}
      />
      <Details period={period} set={set} />
      {error && (
        <Text size="sm" c="red" role="alert">
          {error}
        </Text>
      )}
      <Chosen period={period} />
    </Stack>
  );
}

function Details({ period, set }: { period: Period; set: (period: Period) => void }) {
  const { t } = useTranslation("runs");
  const { month } = useFormats();
  const { facts } = useSurroundings();
  const common = facts?.common;
  if (!facts || !common) return null;
  const days = wholeDays(common, facts.timezone);
  const limits = { min: days?.first, max: days?.last };
  if (period.kind === "year")
    return (
      <Select
        w={160}
        aria-label={t("form.period.year")}
        data={wholeYears(common, facts.timezone)}
        value={period.year}
        onChange={(year) => year && set({ kind: "year", year })}
        allowDeselect={false}
      />
    );
  if (period.kind === "month")
    return (
      <Select
        w={240}
        aria-label={t("form.period.month")}
        data={wholeMonths(common, facts.timezone).map((value) => ({
          value,
          label: month(`${value}-15T12:00:00Z`, "UTC"),
        }))}
        value={period.month}
        onChange={(value) => value && set({ kind: "month", month: value })}
        allowDeselect={false}
      />
    );
  if (period.kind === "week")
    return (
      <TextInput
        type="date"
        w={240}
        label={t("form.period.dayOfWeek")}
        {...limits}
        value={period.day}
        onChange={(event) => set({ kind: "week", day: event.currentTarget.value })}
      />
    );
  if (period.kind !== "range") return null;
  return (
    <Group gap="md">
      {(["from", "to"] as const).map((end) => (
        <TextInput
          key={end}
          type="date"
          w={200}
          label={t(`form.period.${end}`)}
          {...limits}
          value={period[end]}
          onChange={(event) => set({ ...period, [end]: event.currentTarget.value })}
        />
      ))}
    </Group>
  );
}

/** The chosen time in words, with the time zone that it is meant in. */
function Chosen({ period }: { period: Period }) {
  const { t } = useTranslation(["runs", "common"]);
  const { date, moment } = useFormats();
  const { facts } = useSurroundings();
  const step = useRunFormContext().values.step_minutes;
  if (!facts?.common) return null;
  const words = (span: { start: string; end: string }) =>
    period.kind === "exact"
      ? { from: moment(span.start, facts.timezone), to: moment(span.end, facts.timezone) }
      : { from: date(span.start, facts.timezone), to: date(Date.parse(span.end) - 1, facts.timezone) };
  const span = spanOf(period, facts.common, facts.timezone, step);
  return (
    <Text size="xs" c="dimmed">
      {period.kind === "all" && `${t("form.period.allHelp")} `}
      {span && `${t("form.period.chosen", words(span))}. `}
      {period.kind !== "all" && `${t("form.period.covers", words(facts.common))} `}
      {t("common:timezone", { zone: facts.timezone })}.
    </Text>
  );
}
