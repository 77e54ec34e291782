import { Badge, DataList, Group, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Me } from "@/shared/session/me";
import { Surface } from "@/shared/ui/Surface";

export function Facts({ me }: { me: Me }) {
  const { t } = useTranslation(["session", "common"]);
  const formats = useFormats();
  const rows: [string, string][] = [
    [t("account.username"), me.username],
    [t("account.displayName"), me.display_name ?? t("account.notGiven")],
    [t("account.email"), me.email ?? t("account.notGiven")],
    [t("account.since"), formats.date(me.created_at, Intl.DateTimeFormat().resolvedOptions().timeZone)],
  ];
  return (
    <Surface p="lg">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {me.display_name ?? me.username}
        </Title>
        <Badge variant="light" size="lg" tt="none">
          {t(`common:role.${me.role}`)}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed" mb="md">
        {t(`account.may.${me.role}`)}
      </Text>
      <DataList labelWidth={140} withDivider>
        {rows.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue style={{ overflowWrap: "anywhere" }}>{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
    </Surface>
  );
}
