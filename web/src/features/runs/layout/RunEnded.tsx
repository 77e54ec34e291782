import { Alert, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconBan } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Run } from "@/shared/runs/queries";
import { useAbilities } from "@/shared/session/me";

/** In place of results: why there are none, and what can be done. */
export function RunEnded({ run, actions }: { run: Run; actions: ReactNode }) {
  const { t } = useTranslation("runs");
  const { isHousehold } = useAbilities();
  if (isHousehold) return <Text>{t("ended.household")}</Text>;
  const failed = run.status === "failed";
  return (
    <Alert
      color={failed ? "red" : "gray"}
      role={failed ? "alert" : "status"}
      icon={failed ? <IconAlertTriangle size={20} /> : <IconBan size={20} />}
      title={failed ? t("ended.failedTitle") : t("ended.cancelledTitle")}
    >
      <Stack gap="sm">
        {run.error && <Text size="sm">{run.error.detail}</Text>}
        {run.error && run.error.errors.length > 0 && (
          <List size="sm">
            {run.error.errors.map((entry) => (
              <List.Item key={`${entry.field}${entry.message}`}>
                {entry.field ? `${entry.field}: ${entry.message}` : entry.message}
              </List.Item>
            ))}
          </List>
        )}
        <Text size="sm">{failed ? t("ended.failedHelp") : t("ended.cancelledHelp")}</Text>
        <Group gap="xs">{actions}</Group>
      </Stack>
    </Alert>
  );
}
