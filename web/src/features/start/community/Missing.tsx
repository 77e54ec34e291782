import { Alert, Group, Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LinkButton } from "@/shared/ui/LinkButton";
import { type Grid, useCounts, useHasAssignments, useLastRun } from "../queries";
import { type NextStep, nextStep } from "./next";

/** Says what a new community needs next; nothing once it has been run. */
export function Missing({ grid }: { grid: Grid }) {
  const { t } = useTranslation(["start", "common"]);
  const counts = useCounts(grid).data;
  const hasAssignments = useHasAssignments(grid.id).data;
  const run = useLastRun(grid.id).data;
  if (counts === undefined || hasAssignments === undefined || run === undefined) return null;
  const step = nextStep({ houses: counts.houses, hasAssignments, hasRuns: run !== null });
  if (step === null) return null;
  const params = { gridId: grid.id };
  const links: Record<NextStep, LinkProps> = {
    houses: { to: "/communities/$gridId/topology", params },
    profiles: { to: "/communities/$gridId/assignments", params },
    run: { to: "/runs/new", search: { grid: grid.id } },
  };
  return (
    <Alert color="moss" variant="light" title={t(`next.${step}.title`)}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" maw={640}>
          {t(`next.${step}.help`)}
        </Text>
        <LinkButton {...links[step]} variant="filled" rightSection={<IconArrowRight size={18} />}>
          {t(`next.${step}.action`)}
        </LinkButton>
      </Group>
    </Alert>
  );
}
