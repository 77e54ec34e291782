import { SimpleGrid, Text, ThemeIcon, UnstyledButton } from "@mantine/core";
import {
  IconCalendarWeek,
  IconChartLine,
  IconFlame,
  IconPlus,
  IconSun,
  IconTemperature,
  IconWand,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import classes from "./BuilderCards.module.css";
import type { Builder } from "./calls";
import { useBuildWords } from "./words";

const ICONS: Record<string, ComponentType<{ size: number }>> = {
  standard_load: IconChartLine,
  solar: IconSun,
  weekly: IconCalendarWeek,
  heat_demand: IconFlame,
  temperature: IconTemperature,
  combine: IconPlus,
};

interface Props {
  builders: Builder[];
  onChoose: (name: string) => void;
}

export function BuilderCards({ builders, onChoose }: Props) {
  const words = useBuildWords();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      {builders.map((builder) => {
        const Icon = ICONS[builder.name] ?? IconWand;
        const { title, text } = words.builder(builder);
        return (
          <UnstyledButton key={builder.name} className={classes.card} onClick={() => onChoose(builder.name)}>
            <ThemeIcon size={44} radius="xl" variant="light" mb="sm">
              <Icon size={24} />
            </ThemeIcon>
            <Text fw={650}>{title}</Text>
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          </UnstyledButton>
        );
      })}
    </SimpleGrid>
  );
}
