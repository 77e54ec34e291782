import { Button, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, dataOf, type Schemas } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problems";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import type { Grid } from "../queries";
import { Dialog } from "./Dialog";

type Access = Schemas["GrantByName"]["access"];
const ACCESSES: Access[] = ["view", "operate"];

/** Gives the community to somebody who has an account already, by their user name. */
export function InviteDialog({ grid, onClose }: { grid: Grid; onClose: () => void }) {
  const { t } = useTranslation(["start", "common"]);
  const form = useForm({
    initialValues: { username: "", access: "view" as Access },
    validate: { username: (value) => (value.trim() === "" ? t("invite.nameMissing") : null) },
  });
  const invite = useMutation({
    mutationFn: ({ username, access }: { username: string; access: Access }) =>
      dataOf(api.POST("/api/v1/grants", { body: { username: username.trim(), access, grid_id: grid.id } })),
    onSuccess: (_grant, { username }) => {
      notifyDone(t("invite.done", { name: username.trim(), community: grid.name }));
      onClose();
    },
    onError: (problem) => {
      if (!(problem instanceof ApiProblem)) return;
      if (problem.status === 404) form.setFieldError("username", t("invite.unknown"));
      // The only finding there is: the user's role can't make use of it.
      if (problem.status === 422) form.setFieldError("username", t(`invite.wrongRole.${form.values.access}`));
    },
  });
  const told = invite.error instanceof ApiProblem && [404, 422].includes(invite.error.status);
  return (
    <Dialog title={t("invite.title", { name: grid.name })} onClose={onClose}>
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))} noValidate>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("invite.help")}
          </Text>
          <TextInput
            label={t("invite.username")}
            required
            data-autofocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            {...form.getInputProps("username")}
          />
          <Radio.Group label={t("invite.access")} {...form.getInputProps("access")}>
            <Stack gap="xs" mt="xs">
              {ACCESSES.map((access) => (
                <Radio
                  key={access}
                  value={access}
                  label={t(`invite.as.${access}`)}
                  description={t(`invite.asHelp.${access}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          {invite.error && !told && <ProblemNotice problem={invite.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {t("invite.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
