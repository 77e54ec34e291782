import { SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { Surface } from "@/shared/ui/Surface";

/** One sheet of the form. */
export function Section({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <Surface p="lg">
        <Stack gap="md">
          <div>
            <Title order={2} size="h4" id={heading}>
              {title}
            </Title>
            {help && (
              <Text size="sm" c="dimmed">
                {help}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Surface>
    </section>
  );
}

/** Entries side by side where there is room. */
export function Row({ children, cols = 2 }: { children: ReactNode; cols?: number }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: cols }} spacing="md" verticalSpacing="md">
      {children}
    </SimpleGrid>
  );
}
