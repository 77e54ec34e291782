import { Group, Progress, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Load } from "../queries";

/** A transformer's peak against its capacity; without a capacity the peak alone. */
export function LoadBar({ load }: { load: Load }) {
  const { t } = useTranslation("topology");
  const { quantity, percent } = useFormats();
  const share = load.loading_percent;
  const words = t("load.label", { peak: quantity(load.peak_kw, "kW") });
  if (share === null)
    return (
      <Text size="xs" c="dimmed">
        {words}
      </Text>
    );
  const over = share > 100;
  const color = over ? "red" : share > 80 ? "yellow" : "moss";
  return (
    <div>
      <Group justify="space-between" gap={6} wrap="nowrap">
        <Text size="xs" c="dimmed">
          {words}
        </Text>
        <Group gap={3} wrap="nowrap">
          {over && (
            <IconAlertTriangle size={13} color="var(--mantine-color-red-6)" role="img" aria-label={t("load.over")} />
          )}
          <Text size="xs" fw={600} style={{ fontVariantNumeric: "tabular-nums" }}>
            {percent(share / 100, 0)}
          </Text>
        </Group>
      </Group>
      <Progress
        value={Math.min(share, 100)}
        color={color}
        size={6}
        mt={2}
        aria-label={`${words}, ${percent(share / 100, 0)}`}
      />
    </div>
  );
}
