import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  opened: boolean;
  close: () => void;
  keepMine: () => void;
  loadTheirs: () => void;
}

/** Somebody else saved in the meantime: nothing of either is lost without being asked for. */
export function ConflictDialog({ opened, close, keepMine, loadTheirs }: Props) {
  const { t } = useTranslation("topology");
  return (
    <Modal opened={opened} onClose={close} title={t("conflict.title")} size="lg">
      <Stack>
        <Text size="sm">{t("conflict.help")}</Text>
        <Group justify="flex-end">
          <Button variant="subtle" onClick={close}>
            {t("conflict.goOn")}
          </Button>
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={keepMine}>
            {t("conflict.keepMine")}
          </Button>
          <Button onClick={loadTheirs}>{t("conflict.loadTheirs")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
