import { SimpleGrid, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Surface } from "@/shared/ui/Surface";
import classes from "../start.module.css";
import { WAY_ICONS, WAYS } from "./ways";

/** The three ways to begin, each with a sentence on what it is good for. */
export function WayCards() {
  const { t } = useTranslation(["start", "common"]);
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="lg">
      {WAYS.map((way) => {
        const Icon = WAY_ICONS[way];
        return (
          <Surface key={way} p="xl" className={classes.card}>
            <Stack gap="sm">
              <ThemeIcon size={48} radius="xl" variant="light">
                <Icon size={26} stroke={1.6} />
              </ThemeIcon>
              <Title order={2} size="h4">
                <Link to="/communities/new" search={{ way }} className={classes.link}>
                  {t(`way.${way}.title`)}
                </Link>
              </Title>
              <Text c="dimmed">{t(`way.${way}.help`)}</Text>
            </Stack>
          </Surface>
        );
      })}
    </SimpleGrid>
  );
}
