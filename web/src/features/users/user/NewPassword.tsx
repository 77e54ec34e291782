import { Button, Stack, Text, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { findingsByField } from "@/shared/api/findings";
import { passwordFault } from "@/shared/session/password";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { generatePassword } from "../generate";
import { type Handover, NewUserDone } from "../NewUserDone";
import { PasswordField } from "../PasswordField";
import { type User, useChangeUser } from "../queries";

/** For somebody who has forgotten theirs: a new one, which is shown once. */
export function NewPassword({ user }: { user: User }) {
  const { t } = useTranslation(["users", "common"]);
  const change = useChangeUser();
  const [made, setMade] = useState<Handover | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [initialValues] = useState(() => ({ password: generatePassword() }));
  const form = useForm({
    initialValues,
    validate: {
      password: (value) => {
        const fault = passwordFault(value, user.username);
        return fault && t(`common:password.${fault}`);
      },
    },
  });
  const submit = form.onSubmit(async ({ password }) => {
    setProblem(null);
    try {
      await change.mutateAsync({ params: { path: { user_id: user.id } }, body: { password } });
      setMade({ username: user.username, password });
      form.setFieldValue("password", generatePassword());
    } catch (failure) {
      if (findingsByField(failure).password) form.setFieldError("password", t("common:password.common"));
      else setProblem(failure);
    }
  });
  if (made !== null)
    return (
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t("newPassword.done", { name: user.username })}
        </Title>
        <NewUserDone handover={made} onClose={() => setMade(null)} />
      </Stack>
    );
  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack gap="sm">
        <div>
          <Title order={3} size="h5">
            {t("newPassword.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("newPassword.description")}
          </Text>
        </div>
        <PasswordField label={t("create.password")} {...form.getInputProps("password")} />
        {problem !== null && <ProblemNotice problem={problem} />}
        <Button type="submit" variant="default" loading={change.isPending} style={{ alignSelf: "flex-start" }}>
          {t("newPassword.submit")}
        </Button>
      </Stack>
    </form>
  );
}
