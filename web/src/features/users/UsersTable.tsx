import { Anchor, Badge, Box, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import type { User } from "./queries";

interface Props {
  users: User[];
  onOpen: (user: User) => void;
}

export function UsersTable({ users, onOpen }: Props) {
  const { t } = useTranslation(["users", "common"]);
  const formats = useFormats();
  const columns = useMemo<Column<User>[]>(
    () => [
      {
        id: "username",
        header: t("column.username"),
        value: (user) => user.username,
        render: (user) => (
          <Box>
            <Anchor component="button" type="button" fw={600} ta="left" onClick={() => onOpen(user)}>
              {user.username}
            </Anchor>
            {user.display_name && (
              <Text size="xs" c="dimmed">
                {user.display_name}
              </Text>
            )}
          </Box>
        ),
      },
      {
        id: "role",
        header: t("column.role"),
        value: (user) => t(`common:role.${user.role}`),
        render: (user) => (
          <Badge variant={user.role === "admin" ? "filled" : "light"} tt="none">
            {t(`common:role.${user.role}`)}
          </Badge>
        ),
      },
      {
        id: "active",
        header: t("column.state"),
        value: (user) => t(user.active ? "state.active" : "state.blocked"),
        render: (user) => (
          <Text size="sm" c={user.active ? undefined : "dimmed"} component="span">
            {t(user.active ? "state.active" : "state.blocked")}
          </Text>
        ),
      },
      { id: "email", header: t("column.email"), value: (user) => user.email },
      {
        id: "created",
        header: t("column.created"),
        value: (user) => user.created_at,
        render: (user) => formats.date(user.created_at, Intl.DateTimeFormat().resolvedOptions().timeZone),
      },
    ],
    [t, formats, onOpen],
  );
  return (
    <DataTable
      label={t("list.title")}
      rows={users}
      columns={columns}
      rowKey={(user) => user.id}
      sortBy={{ id: "username", desc: false }}
      searchable
    />
  );
}
