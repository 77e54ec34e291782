import { Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Run } from "@/shared/runs/queries";
import { Surface } from "@/shared/ui/Surface";
import { remainingSeconds, type Sighting } from "./remaining";

const PHASES = ["collecting", "validating", "assembling", "sharing", "simulating", "closing"] as const;

/** How far a run is, what it does just now, and how long it may take. */
export function RunProgress({ run, isLive }: { run: Run; isLive: boolean }) {
  const { t } = useTranslation("runs");
  const { duration, percent } = useFormats();
  const now = useNow();
  const first = useRef<Sighting | null>(null);
  useEffect(() => {
    // The pace is that of simulating; what comes before takes a time of its own.
    if (first.current === null && run.progress > 0) first.current = { atMs: Date.now(), progress: run.progress };
  }, [run.progress]);

  const phase = PHASES.find((name) => name === run.phase);
  const words = run.status === "queued" ? t("phase.waiting") : phase ? t(`phase.${phase}`) : t("phase.begins");
  const elapsed = run.started_at ? Math.max(0, (now - Date.parse(run.started_at)) / 1000) : null;
  const left = remainingSeconds(first.current, { atMs: now, progress: run.progress });
  const done = percent(run.progress, 0);
  return (
    <Surface p="lg">
      <Stack gap="sm">
        <Title order={2} size="h4" aria-live="polite">
          {words}
        </Title>
        <Progress.Root
          size="xl"
          role="progressbar"
          aria-label={t("progress.label")}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(run.progress * 100)}
          aria-valuetext={t("progress.percent", { percent: done })}
        >
          <Progress.Section value={run.progress * 100} animated={run.status === "running"} withAria={false} />
        </Progress.Root>
        <Group justify="space-between" gap="xs">
          <Text size="sm" style={{ fontVariantNumeric: "tabular-nums" }}>
            {done}
          </Text>
          <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
            {[
              elapsed !== null && t("progress.elapsed", { time: duration(Math.round(elapsed)) }),
              left !== null && t("progress.remaining", { time: duration(Math.ceil(left)) }),
            ]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          {run.status === "queued" ? t("progress.queued") : t("progress.running")}
          {run.shards > 1 && ` ${t("progress.parts", { count: run.shards })}.`}
          {!isLive && ` ${t("progress.polling")}`}
        </Text>
      </Stack>
    </Surface>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 1_000, { autoInvoke: true });
  return now;
}
