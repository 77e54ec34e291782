import { Box, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface Props {
  title: string;
  help?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A part of a page below the run's heading. */
export function Section({ title, help, actions, children, className }: Props) {
  const heading = useId();
  return (
    <Box component="section" aria-labelledby={heading} className={className}>
      <Group justify="space-between" align="flex-end" mb="sm" gap="xs">
        <Box>
          <Title order={2} size="h4" id={heading}>
            {title}
          </Title>
          {help && (
            <Text size="sm" c="dimmed" maw={760} component="div">
              {help}
            </Text>
          )}
        </Box>
        {actions}
      </Group>
      {children}
    </Box>
  );
}
