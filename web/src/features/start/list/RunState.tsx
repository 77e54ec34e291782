import { Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconClock, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Run } from "../queries";

const ICONS = {
  queued: IconClock,
  running: IconPlayerPlay,
  succeeded: IconCircleCheck,
  failed: IconAlertTriangle,
  cancelled: IconCircleX,
} as const;
const COLORS = {
  queued: "dimmed",
  running: "var(--mantine-primary-color-light-color)",
  succeeded: "var(--mantine-primary-color-light-color)",
  failed: "var(--mantine-color-error)",
  cancelled: "dimmed",
} as const;

/** The state of a run as a sign and a word, with how far it is. */
export function RunState({ run }: { run: Pick<Run, "status" | "progress"> }) {
  const { t } = useTranslation(["start", "common"]);
  const formats = useFormats();
  const Icon = ICONS[run.status];
  const progress = run.status === "running" ? ` ${formats.percent(run.progress, 0)}` : "";
  return (
    <Text component="span" size="sm" c={COLORS[run.status]} style={{ whiteSpace: "nowrap" }}>
      <Icon size={16} stroke={1.8} aria-hidden style={{ verticalAlign: "-3px", marginInlineEnd: 4 }} />
      {t(`runState.${run.status}`)}
      {progress}
    </Text>
  );
}
