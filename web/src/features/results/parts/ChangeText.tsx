import { Group, Text, VisuallyHidden } from "@mantine/core";
import { IconMinus, IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Change, type IndicatorName, writtenChange } from "./indicators";

interface Props {
  name: IndicatorName;
  unit: string;
  change: Change;
  size?: "xs" | "sm";
}

const COLOURS = { better: "var(--mantine-primary-color-light-color)", worse: "red", neutral: "dimmed" } as const;

/** "−25 MWh (−13 %)" with an arrow, and better or worse in words for those who can't see the colour. */
export function ChangeText({ name, unit, change, size = "sm" }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const Icon = change.difference > 0 ? IconTrendingUp : change.difference < 0 ? IconTrendingDown : IconMinus;
  return (
    <Group gap={4} wrap="nowrap" display="inline-flex" pos="relative" c={COLOURS[change.verdict]}>
      <Icon size={14} aria-hidden style={{ flexShrink: 0 }} />
      <Text span size={size} fw={500} inherit={false} style={{ fontVariantNumeric: "tabular-nums" }}>
        {writtenChange(formats, name, unit, change, t("compare.points"))}
        {change.verdict !== "neutral" && <VisuallyHidden>, {t(`overview.verdict.${change.verdict}`)}</VisuallyHidden>}
      </Text>
    </Group>
  );
}
