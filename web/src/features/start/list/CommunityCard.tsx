import { Badge, Divider, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { IconMapPin, IconWorld } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ComponentType, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { TextLink } from "@/shared/ui/LinkButton";
import { Surface } from "@/shared/ui/Surface";
import { placeOf } from "../place";
import { type Grid, useCounts, useLastRun } from "../queries";
import classes from "../start.module.css";
import { RunState } from "./RunState";

interface Props {
  grid: Grid;
  own: boolean;
}

export function CommunityCard({ grid, own }: Props) {
  const { t } = useTranslation(["start", "common"]);
  const formats = useFormats();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (inViewport) setSeen(true);
  }, [inViewport]);
  return (
    <Surface p="lg" className={classes.card}>
      <Stack gap="sm" ref={ref} h="100%">
        <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
          <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
            <Link to="/communities/$gridId" params={{ gridId: grid.id }} className={classes.link}>
              {grid.name}
            </Link>
          </Title>
          <Badge variant={own ? "light" : "default"} tt="none" style={{ flexShrink: 0 }}>
            {t(own ? "access.own" : `access.${grid.access}`)}
          </Badge>
        </Group>
        <Size grid={grid} seen={seen} />
        <Stack gap={4}>
          {grid.location && (
            <Fact icon={IconMapPin}>{placeOf(grid.location, formats.number, (side) => t(`place.${side}`))}</Fact>
          )}
          <Fact icon={IconWorld}>{grid.timezone}</Fact>
        </Stack>
        <Divider mt="auto" />
        <LastRun gridId={grid.id} seen={seen} />
      </Stack>
    </Surface>
  );
}

function Size({ grid, seen }: { grid: Grid; seen: boolean }) {
  const { t } = useTranslation(["start", "common"]);
  const counts = useCounts(grid, seen);
  if (counts.isError) return <Text c="dimmed">{t("card.countsMissing")}</Text>;
  if (counts.data === undefined) return <Skeleton h={25} w={200} />;
  return (
    <Text>
      {t("count.houses", { count: counts.data.houses })} ·{" "}
      {t("count.transformers", { count: counts.data.transformers })}
    </Text>
  );
}

function Fact({ icon: Icon, children }: { icon: ComponentType<{ size: number; stroke?: number }>; children: string }) {
  return (
    <Group gap={6} wrap="nowrap" c="dimmed">
      <Icon size={16} stroke={1.6} />
      <Text size="sm">{children}</Text>
    </Group>
  );
}

function LastRun({ gridId, seen }: { gridId: number; seen: boolean }) {
  const { t } = useTranslation(["start", "common"]);
  const formats = useFormats();
  const { data: run, isError } = useLastRun(gridId, seen);
  if (isError)
    return (
      <Text size="sm" c="dimmed">
        {t("card.runMissing")}
      </Text>
    );
  if (run === undefined) return <Skeleton h={46} w={240} />;
  if (run === null)
    return (
      <Text size="sm" c="dimmed">
        {t("card.noRun")}
      </Text>
    );
  return (
    <Stack gap={2}>
      <TextLink
        to="/runs/$runId"
        params={{ runId: run.id }}
        size="sm"
        className={classes.above}
        truncate
        aria-label={t("card.lastRun", { name: run.name ?? run.id })}
        style={{ alignSelf: "flex-start", maxWidth: "100%" }}
      >
        {run.name ?? t("card.unnamedRun", { id: run.id })}
      </TextLink>
      <Group gap={6}>
        <RunState run={run} />
        <Text size="sm" c="dimmed">
          {formats.ago(run.finished_at ?? run.created_at)}
        </Text>
      </Group>
    </Stack>
  );
}
