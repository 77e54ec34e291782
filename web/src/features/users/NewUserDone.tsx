import { Alert, Button, Code, CopyButton, DataList, Group, Stack } from "@mantine/core";
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** What a new user (or one with a new password) must be told. */
export interface Handover {
  username: string;
  password: string;
}

export function NewUserDone({ handover, onClose }: { handover: Handover; onClose: () => void }) {
  const { t } = useTranslation(["users", "common"]);
  return (
    <Stack>
      <Alert icon={<IconKey size={18} />} color="yellow">
        {t("handover.once")}
      </Alert>
      <DataList labelWidth={120}>
        <DataList.Item>
          <DataList.ItemLabel>{t("column.username")}</DataList.ItemLabel>
          <DataList.ItemValue>{handover.username}</DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{t("create.password")}</DataList.ItemLabel>
          <DataList.ItemValue>
            <Code fz="sm">{handover.password}</Code>
          </DataList.ItemValue>
        </DataList.Item>
      </DataList>
      <Group justify="flex-end">
        <CopyButton value={t("handover.text", { ...handover, address: window.location.origin })}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? t("handover.copied") : t("handover.copy")}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>{t("common:action.close")}</Button>
      </Group>
    </Stack>
  );
}
