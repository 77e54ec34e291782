import { Box, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Run } from "@/shared/runs/queries";
import { Surface } from "@/shared/ui/Surface";
import { timingParts } from "./timings";

/** Neighbours differ in lightness, so that the parts can be told apart without colour. */
const COLORS = ["moss.3", "moss.8", "yellow.4", "violet.6", "blue.4", "grape.3", "orange.6", "cyan.3", "gray.5"];

/** How a run's time is divided. */
export function TimingsBar({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  const { duration, percent } = useFormats();
  const parts = timingParts(run.timings);
  const total = parts.reduce((sum, part) => sum + part.seconds, 0);
  const { compute, write } = run.timings;
  const helpOf = run.shards > 1 ? "details.timingsShards" : "details.timingsHelp";
  return (
    <Surface p="lg">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("details.timings")}
        </Title>
        {parts.length === 0 ? (
          <Text c="dimmed">{t("details.noTimings")}</Text>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              {t(helpOf, { total: duration(total) })}{" "}
              {compute !== undefined &&
                write !== undefined &&
                t("details.overlap", { compute: duration(compute), write: duration(write) })}
            </Text>
            <Progress.Root size={22} aria-hidden>
              {parts.map((part, index) => (
                <Progress.Section
                  key={part.name}
                  value={(part.seconds / total) * 100}
                  color={COLORS[index % COLORS.length]}
                />
              ))}
            </Progress.Root>
            <Group gap="lg" component="ul" p={0} m={0} style={{ listStyle: "none", rowGap: 4 }}>
              {parts.map((part, index) => (
                <Group key={part.name} component="li" gap={6} wrap="nowrap">
                  <Swatch color={COLORS[index % COLORS.length] ?? "gray"} />
                  <Text size="sm">{t(`details.timing.${part.name}`)}</Text>
                  <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
                    {duration(part.seconds)} ({percent(part.seconds / total, 0)})
                  </Text>
                </Group>
              ))}
            </Group>
          </>
        )}
      </Stack>
    </Surface>
  );
}

function Swatch({ color }: { color: string }) {
  return <Box w={12} h={12} bg={color} style={{ borderRadius: 3, flex: "none" }} aria-hidden />;
}
