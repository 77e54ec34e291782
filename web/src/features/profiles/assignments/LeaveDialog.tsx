import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** Asks before unsaved changes are left behind. */
export function LeaveDialog({ dirty, save }: { dirty: boolean; save: () => Promise<boolean> }) {
  const { t } = useTranslation(["profiles", "common"]);
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  const saveAndGo = async () => {
    if (await save()) proceed?.();
    else reset?.();
  };
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      opened={status === "blocked"}
      onClose={() => reset?.()}
      title={t("assign.leave.title")}
      centered
    >
      <Stack>
        <Text size="sm">{t("assign.leave.help")}</Text>
        <Group justify="flex-end">
          <Button variant="subtle" onClick={() => reset?.()}>
            {t("assign.leave.stay")}
          </Button>
          <Button variant="default" onClick={() => proceed?.()}>
            {t("assign.leave.discard")}
          </Button>
          <Button onClick={saveAndGo}>{t("assign.leave.save")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
