import { Alert, Divider, Drawer, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/session/me";
import { TextLink } from "@/shared/ui/LinkButton";
import type { User } from "../queries";
import { DeleteUser } from "./DeleteUser";
import { Details } from "./Details";
import { Grants } from "./Grants";
import { NewPassword } from "./NewPassword";

interface Props {
  user: User | null;
  onClose: () => void;
}

/** Everything about one user, beside the list. One's own role, state and password are not changed here. */
export function UserPanel({ user, onClose }: Props) {
  const { t } = useTranslation(["users", "common"]);
  const me = useMe().data;
  const own = user !== null && user.id === me?.id;
  return (
    <Drawer
      opened={user !== null}
      onClose={onClose}
      position="right"
      size="md"
      title={
        <Text fw={650} size="lg" component="span">
          {user?.username}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      {user !== null && (
        <Stack gap="lg" key={user.id}>
          {own && (
            <Alert color="moss" variant="light">
              {t("panel.own")}{" "}
              <TextLink to="/account" inherit>
                {t("panel.toAccount")}
              </TextLink>
            </Alert>
          )}
          <Details user={user} own={own} />
          <Divider />
          <Grants user={user} />
          {!own && (
            <>
              <Divider />
              <NewPassword user={user} />
              <Divider />
              <DeleteUser user={user} onDeleted={onClose} />
            </>
          )}
        </Stack>
      )}
    </Drawer>
  );
}
