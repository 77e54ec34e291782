import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { type User, useDeleteUser } from "../queries";

export function DeleteUser({ user, onDeleted }: { user: User; onDeleted: () => void }) {
  const { t } = useTranslation(["users", "common"]);
  const remove = useDeleteUser();
  const [asking, { open, close }] = useDisclosure(false);
  const [problem, setProblem] = useState<unknown>(null);
  const doIt = async () => {
    setProblem(null);
    try {
      await remove.mutateAsync({ params: { path: { user_id: user.id } } });
      notifyDone(t("delete.done", { name: user.username }));
      onDeleted();
    } catch (failure) {
      setProblem(failure);
    }
  };
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={3} size="h5">
        {t("delete.title")}
      </Title>
      <Text size="sm" c="dimmed">
        {t("delete.description")}
      </Text>
      {problem !== null && <ProblemNotice problem={problem} />}
      {asking ? (
        <Group>
          <Button color="red" loading={remove.isPending} onClick={() => void doIt()} data-autofocus>
            {t("delete.confirm", { name: user.username })}
          </Button>
          <Button variant="default" onClick={close}>
            {t("common:action.cancel")}
          </Button>
        </Group>
      ) : (
        <Button variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={open}>
          {t("delete.submit")}
        </Button>
      )}
    </Stack>
  );
}
