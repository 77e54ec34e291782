import { Box, Grid, Group, Stack, Text, Title } from "@mantine/core";
import type { FormEventHandler, ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import { EstimateView } from "./EstimateView";
import type { RunEditor } from "./useRunEditor";

interface Props {
  formRef: RefObject<HTMLFormElement | null>;
  onSubmit: FormEventHandler<HTMLFormElement>;
  editor: RunEditor;
  onShowFirst: () => void;
  /** What the estimate is of. */
  title: string;
  /** Below the estimate: problems, more figures. */
  aside?: ReactNode;
  start: ReactNode;
  /** Beside the button where there is little room. */
  brief?: string;
  children: ReactNode;
}

/** Entries on one side, estimate and the button on the other; on a phone the button stays at the bottom. */
export function FormFrame({ formRef, onSubmit, editor, onShowFirst, title, aside, start, brief, children }: Props) {
  const { t } = useTranslation("runs");
  const { duration } = useFormats();
  const { estimate, isUpdating } = editor.estimation;
  return (
    <form ref={formRef} onSubmit={onSubmit} noValidate>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>{children}</Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Box pos="sticky" top={76}>
            <Surface p="lg">
              <Stack gap="md">
                <Title order={2} size="h4">
                  {title}
                </Title>
                <EstimateView editor={editor} onShowFirst={onShowFirst} />
                {aside}
                <Box visibleFrom="md">{start}</Box>
              </Stack>
            </Surface>
          </Box>
        </Grid.Col>
      </Grid>
      <Box
        hiddenFrom="md"
        pos="sticky"
        bottom={0}
        mt="md"
        mx="calc(var(--mantine-spacing-md) * -1)"
        style={{ zIndex: 5 }}
      >
        <Surface radius={0} px="md" py="sm" shadow="md">
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm" c="dimmed" aria-hidden>
              {brief ?? (estimate && !isUpdating ? `${t("estimate.duration")} ≈ ${duration(estimate.seconds)}` : "")}
            </Text>
            {start}
          </Group>
        </Surface>
      </Box>
    </form>
  );
}
