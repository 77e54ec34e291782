import { Badge, Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";

/** Loading in percent, as a bar and in words where it is high. */
export function LoadingBar({ percent }: { percent: number | null }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  if (percent === null) return <Text size="sm">{t("transformers.noCapacity")}</Text>;
  const state = percent > 100 ? "over" : percent > 80 ? "high" : "fine";
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      {state !== "fine" && (
        <Badge size="sm" variant={state === "over" ? "filled" : "default"} color="red" style={{ flexShrink: 0 }}>
          {t(`transformers.${state}`)}
        </Badge>
      )}
      <Progress
        value={Math.min(percent, 100)}
        color={state === "over" ? "red" : state === "high" ? "yellow" : "moss"}
        w={64}
        size="sm"
        aria-hidden
      />
      <Text size="sm" w={56} ta="right">
        {formats.percent(percent / 100)}
      </Text>
    </Group>
  );
}
