import { Button, SegmentedControl } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUserPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Awaited } from "@/shared/ui/Awaited";
import { Page } from "@/shared/ui/Page";
import { Surface } from "@/shared/ui/Surface";
import { AdminOnly } from "./AdminOnly";
import { NewUser } from "./NewUser";
import { ROLES, useUsers } from "./queries";
import { UsersTable } from "./UsersTable";
import { UserPanel } from "./user/UserPanel";

export function UsersPage() {
  const { t } = useTranslation(["users", "common"]);
  return (
    <AdminOnly title={t("list.title")}>
      <Users />
    </AdminOnly>
  );
}

const route = getRouteApi("/inside/users");
const ALL = "all";

function Users() {
  const { t } = useTranslation(["users", "common"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useUsers();
  const [creating, { open, close }] = useDisclosure(false);
  const show = (user: number | undefined) => void navigate({ search: { ...search, user }, replace: true });
  const shown = useMemo(
    () => query.data?.filter((user) => search.role === undefined || user.role === search.role) ?? [],
    [query.data, search.role],
  );
  const choices = [
    { value: ALL, label: t("filter.all") },
    ...ROLES.map((role) => ({ value: role, label: t(`common:role.${role}`) })),
  ];
  return (
    <Page
      title={t("list.title")}
      description={t("list.description")}
      actions={
        <Button leftSection={<IconUserPlus size={18} />} onClick={open}>
          {t("list.create")}
        </Button>
      }
    >
      <Awaited query={query} height={360}>
        {(users) => (
          <Surface>
            <SegmentedControl
              aria-label={t("filter.label")}
              data={choices}
              value={search.role ?? ALL}
              onChange={(value) => {
                const role = ROLES.find((candidate) => candidate === value);
                void navigate({ search: { ...search, role }, replace: true });
              }}
              size="sm"
              mb="md"
              maw="100%"
              style={{ overflowX: "auto" }}
            />
            <UsersTable users={shown} onOpen={(user) => show(user.id)} />
            <UserPanel user={users.find((user) => user.id === search.user) ?? null} onClose={() => show(undefined)} />
          </Surface>
        )}
      </Awaited>
      <NewUser opened={creating} onClose={close} />
    </Page>
  );
}
