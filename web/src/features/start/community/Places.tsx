import { Group, SimpleGrid, Text, ThemeIcon, Title } from "@mantine/core";
import { IconActivity, IconListNumbers, IconPlayerPlay, IconSitemap } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Surface } from "@/shared/ui/Surface";
import type { Grid } from "../queries";
import classes from "../start.module.css";

interface Place {
  key: "topology" | "assignments" | "priorities" | "runs";
  link: LinkProps;
  icon: ComponentType<{ size: number; stroke?: number }>;
}

/** Where the community's parts are looked at and changed. */
export function Places({ grid, operates }: { grid: Grid; operates: boolean }) {
  const { t } = useTranslation(["start", "common"]);
  const params = { gridId: grid.id };
  const places: Place[] = [
    { key: "topology", link: { to: "/communities/$gridId/topology", params }, icon: IconSitemap },
    { key: "assignments", link: { to: "/communities/$gridId/assignments", params }, icon: IconActivity },
    { key: "priorities", link: { to: "/communities/$gridId/priorities", params }, icon: IconListNumbers },
    { key: "runs", link: { to: "/runs", search: { grid: grid.id } }, icon: IconPlayerPlay },
  ];
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
      {places.map(({ key, link, icon: Icon }) => (
        <Surface key={key} className={classes.card}>
          <Group wrap="nowrap" align="flex-start" gap="sm">
            <ThemeIcon size={40} radius="md" variant="light">
              <Icon size={22} stroke={1.6} />
            </ThemeIcon>
            <div>
              <Title order={2} size="h5">
                <Link {...link} className={classes.link}>
                  {t(`places.${key}.title`)}
                </Link>
              </Title>
              <Text size="sm" c="dimmed">
                {t(operates ? `places.${key}.help` : `places.${key}.helpView`)}
              </Text>
            </div>
          </Group>
        </Surface>
      ))}
    </SimpleGrid>
  );
}
