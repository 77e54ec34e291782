import { Badge } from "@mantine/core";
import { IconBan, IconCheck, IconClock, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RunStatus } from "@/shared/runs/queries";

const LOOKS = {
  queued: { color: "gray", Icon: IconClock },
  running: { color: "blue", Icon: IconPlayerPlay },
  succeeded: { color: "moss", Icon: IconCheck },
  failed: { color: "red", Icon: IconX },
  cancelled: { color: "gray", Icon: IconBan },
} as const;

/** State of a run or sweep: word, sign and colour. */
export function StatusBadge({ status }: { status: RunStatus }) {
  const { t } = useTranslation("runs");
  const { color, Icon } = LOOKS[status];
  return (
    <Badge
      variant="outline"
      color={color}
      leftSection={<Icon size={12} stroke={2.4} />}
      tt="none"
      miw="max-content"
      c="var(--mantine-color-text)"
    >
      {t(`status.${status}`)}
    </Badge>
  );
}
