import { ActionIcon, Box, Group, SegmentedControl, Text, TextInput, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { plusDays, startOfDay } from "@/shared/format/zones";
import { NodePicker } from "../parts/NodePicker";
import type { ResultNode } from "../queries";
import { type DaySpan, daysBetween, isDate, MOST_DAYS, movedSpan, type RunDates, startingAt } from "./span";

interface Props {
  nodes: ResultNode[];
  node: ResultNode;
  dates: RunDates;
  span: DaySpan;
  timezone: string;
  onSpan: (span: DaySpan) => void;
  onNode: (nodeId: number) => void;
}

/** What is seen, of whom, and the way to the days beside it. */
export function DayToolbar({ nodes, node, dates, span, timezone, onSpan, onNode }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const formats = useFormats();
  const most = Math.min(MOST_DAYS, daysBetween(dates.first, dates.last) + 1);
  const before = movedSpan(span, -1, dates);
  const after = movedSpan(span, 1, dates);
  const arrow = (label: string, next: DaySpan, icon: React.ReactNode) => (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={label}
        disabled={next.date === span.date}
        onClick={() => onSpan(next)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  const day = (date: string) =>
    new Intl.DateTimeFormat(formats.locale, { dateStyle: "full", timeZone: timezone }).format(
      startOfDay(date, timezone).getTime() + 12 * 3_600_000,
    );
  return (
    <Box>
      <Group gap="sm" align="flex-end" className="no-print">
        <NodePicker nodes={nodes} value={node.node_id} onChange={onNode} label={t("day.node")} />
        <Group gap={4} align="flex-end" wrap="nowrap">
          {arrow(t("day.before", { count: span.days }), before, <IconChevronLeft size={18} />)}
          <TextInput
            type="date"
            label={t("day.date")}
            min={dates.first}
            max={dates.last}
            value={span.date}
            onChange={(event) => {
              const date = event.currentTarget.value;
              if (isDate(date) && date >= dates.first && date <= dates.last) onSpan(startingAt(date, span.days, dates));
            }}
          />
          {arrow(t("day.after", { count: span.days }), after, <IconChevronRight size={18} />)}
        </Group>
        {most > 1 && (
          <Box>
            <Text size="sm" fw={500} component="div" id="day-count">
              {t("day.days")}
            </Text>
            <SegmentedControl
              aria-labelledby="day-count"
              value={String(span.days)}
              onChange={(days) => onSpan(startingAt(span.date, Number(days), dates))}
              data={Array.from({ length: most }, (_, index) => String(index + 1))}
            />
          </Box>
        )}
      </Group>
      <Text mt="sm" fw={600} aria-live="polite">
        {span.days === 1 ? day(span.date) : t("day.span", { from: day(span.date), to: day(plusDays(span.end, -1)) })}
        <Text span c="dimmed" size="sm" fw={400}>
          {" · "}
          {t("common:timezone", { zone: timezone })}
        </Text>
      </Text>
    </Box>
  );
}
