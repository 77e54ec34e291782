import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEditor } from "./context";

/** Asks before unsaved changes are left behind. */
export function LeaveDialog({ save }: { save: () => Promise<boolean> }) {
  const { t } = useTranslation(["topology", "common"]);
  const editor = useEditor();
  const dirty = () => {
    const { draft, base } = editor.store.getState();
    return draft !== base;
  };
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty() && current.pathname !== next.pathname,
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  return (
    <Modal opened={status === "blocked"} onClose={() => reset?.()} title={t("leave.title")}>
      <Stack>
        <Text size="sm">{t("leave.help")}</Text>
        <Group justify="flex-end">
          <Button variant="subtle" onClick={() => reset?.()}>
            {t("leave.stay")}
          </Button>
          <Button variant="default" color="red" onClick={() => proceed?.()}>
            {t("leave.discard")}
          </Button>
          <Button
            onClick={async () => {
              if (await save()) proceed?.();
              else reset?.();
            }}
          >
            {t("leave.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
