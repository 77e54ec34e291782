import { Badge, Group, Skeleton, Text } from "@mantine/core";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Run } from "@/shared/runs/queries";
import { useAbilities } from "@/shared/session/me";
import { TextLink } from "@/shared/ui/LinkButton";
import { useAreGridsKnown, useGridOf, useRunTimezone, useUserName } from "../queries";

/** Below a run's name: community, time, who made it and when, tags. */
export function RunFacts({ run }: { run: Run }) {
  const { t } = useTranslation(["runs", "common"]);
  const { ago } = useFormats();
  const grid = useGridOf()(run.grid_id);
  const nameOf = useUserName();
  const period = usePeriodWords();
  const isKnown = useAreGridsKnown();
  const timezone = useRunTimezone(run);
  const { isHousehold } = useAbilities();
  const maker = nameOf(run.created_by);
  const who = maker === "" ? t("run.you") : (maker ?? t("run.user", { id: run.created_by }));
  if (!isKnown) return <Skeleton h={22} w={420} maw="100%" />;
  return (
    <Group gap="xs" style={{ rowGap: 4 }}>
      {grid && (
        <TextLink size="sm" to="/communities/$gridId" params={{ gridId: run.grid_id }}>
          {grid.name}
        </TextLink>
      )}
      {!grid && !isHousehold && <Text size="sm">{t("list.deletedCommunity", { id: run.grid_id })}</Text>}
      {(grid || !isHousehold) && <Dot />}
      <Text size="sm">{period(run, timezone)}</Text>
      <Dot />
      <Text size="sm">{t("run.step", { minutes: run.step_minutes })}</Text>
      <Dot />
      <Text size="sm">{t("run.created", { ago: ago(run.created_at), who })}</Text>
      {run.rerun_of !== null && (
        <TextLink size="sm" to="/runs/$runId" params={{ runId: run.rerun_of }}>
          {t("run.rerunOf", { id: run.rerun_of })}
        </TextLink>
      )}
      {run.sweep_id != null && (
        <TextLink size="sm" to="/sweeps/$sweepId" params={{ sweepId: run.sweep_id }}>
          {t("run.sweep", { id: run.sweep_id })}
        </TextLink>
      )}
      {run.tags.length > 0 && (
        <Group gap={4} component="ul" p={0} m={0} aria-label={t("run.tags")} style={{ listStyle: "none" }}>
          {run.tags.map((tag) => (
            <li key={tag}>
              <Badge component="span" variant="default" tt="none" fw={500}>
                {tag}
              </Badge>
            </li>
          ))}
        </Group>
      )}
    </Group>
  );
}

function Dot() {
  return (
    <Text size="sm" aria-hidden>
      ·
    </Text>
  );
}

/** First and last day, or moments where a run does not begin and end with a day. */
export function usePeriodWords(): (span: { start: string; end: string }, timezone?: string) => string {
  const { t } = useTranslation("runs");
  const { date, moment, time } = useFormats();
  return useCallback(
    ({ start, end }, timezone = "UTC") => {
      const midnight = time("2020-01-01T00:00:00Z", "UTC");
      const whole = time(start, timezone) === midnight && time(end, timezone) === midnight;
      const [from, to] = whole
        ? [date(start, timezone), date(Date.parse(end) - 1, timezone)]
        : [moment(start, timezone), moment(end, timezone)];
      return from === to ? from : t("run.period", { from, to });
    },
    [t, date, moment, time],
  );
}
