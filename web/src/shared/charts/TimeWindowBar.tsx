import { ActionIcon, Box, Button, Group, Text, TextInput, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { ZoneClock } from "@/shared/format/zoneClock";
import { startOfDay } from "@/shared/format/zones";
import { intervalWords } from "./timeTooltip";
import { leastWindow, moved, SPANS, sameWindow, spanAt, spanOf, type TimeWindow, zoomed } from "./timeWindow";

interface Props {
  timezone: string;
  extent: TimeWindow;
  window: TimeWindow;
  onWindow: (window: TimeWindow) => void;
  stepMs: number;
}

/** Which part of a time chart is seen, in words, and buttons to change it: calendar spans, before and after, closer, a date. */
export function TimeWindowBar({ timezone, extent, window, onWindow, stepMs }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { from, to } = extent;
  const clock = useMemo(() => new ZoneClock(timezone, from, to), [timezone, from, to]);
  const whole = sameWindow(window, extent);
  const span = spanOf(window, clock, extent);
  // From a whole year "month" means its first month, not the one in its middle.
  const anchor = whole ? from : (window.from + window.to) / 2;
  const before = moved(window, -1, clock, extent);
  const after = moved(window, 1, clock, extent);
  const goToDate = (date: string) => {
    if (date === "") return;
    const day = startOfDay(date, timezone).getTime();
    if (day >= clock.startOfDay(from) && day < to) onWindow(spanAt("day", Math.max(day, from), clock, extent));
  };
  const arrow = (label: string, next: TimeWindow, icon: React.ReactNode) => (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={label}
        disabled={sameWindow(next, window)}
        onClick={() => onWindow(next)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group justify="space-between" gap="xs" className="no-print">
      <Group gap="xs">
        <Box role="group" aria-label={t("chart.span.label")}>
          <Button.Group>
            {SPANS.map((name) => (
              <Button
                key={name}
                size="xs"
                px="sm"
                variant={span === name ? "filled" : "default"}
                aria-pressed={span === name}
                onClick={() => onWindow(spanAt(name, anchor, clock, extent))}
              >
                {t(`chart.span.${name}`)}
              </Button>
            ))}
          </Button.Group>
        </Box>
        <Group gap={4} wrap="nowrap">
          {arrow(t("chart.before"), before, <IconChevronLeft size={18} />)}
          {arrow(t("chart.after"), after, <IconChevronRight size={18} />)}
          {arrow(t("chart.closer"), zoomed(window, 0.5, extent, leastWindow(stepMs)), <IconZoomIn size={18} />)}
          {arrow(t("chart.further"), zoomed(window, 2, extent, leastWindow(stepMs)), <IconZoomOut size={18} />)}
        </Group>
        <TextInput
          type="date"
          size="xs"
          aria-label={t("chart.goTo")}
          min={clock.date(from)}
          max={clock.date(to - 1)}
          value={clock.date(window.from)}
          onChange={(event) => goToDate(event.currentTarget.value)}
        />
      </Group>
      <Text size="sm" c="dimmed" aria-live="polite">
        {intervalWords(window.from, window.to, clock, formats)} · {t("timezone", { zone: timezone })}
      </Text>
    </Group>
  );
}
