import { Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { findingsByField } from "@/shared/api/findings";
import { ApiProblem } from "@/shared/api/problems";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { generatePassword } from "./generate";
import type { Handover } from "./NewUserDone";
import { PasswordField } from "./PasswordField";
import { ROLES, type Role, useCreateUser } from "./queries";
import { bodyOf, type NewUserValues, newUserSchema } from "./schema";

interface Props {
  onMade: (made: Handover) => void;
  onCancel: () => void;
}

export function NewUserForm({ onMade, onCancel }: Props) {
  const { t } = useTranslation(["users", "common"]);
  const create = useCreateUser();
  const [problem, setProblem] = useState<unknown>(null);
  const schema = useMemo(
    () =>
      newUserSchema({
        field: (fault) => t(`fault.${fault}`),
        password: (fault) => t(`common:password.${fault}`),
      }),
    [t],
  );
  const [initialValues] = useState<NewUserValues>(() => ({
    username: "",
    displayName: "",
    email: "",
    role: "participant",
    password: generatePassword(),
  }));
  const form = useForm({
    initialValues,
    validate: schemaResolver(schema, { sync: true }),
  });
  const explain = (failure: unknown) => {
    if (failure instanceof ApiProblem && failure.status === 409) {
      form.setFieldError("username", t("fault.taken"));
      return;
    }
    const { username, email, display_name, password } = findingsByField(failure);
    const found = {
      ...(username && { username }),
      ...(email && { email }),
      ...(display_name && { displayName: display_name }),
      ...(password && { password: t("common:password.common") }),
    };
    if (Object.keys(found).length > 0) form.setErrors(found);
    else setProblem(failure);
  };
  const submit = form.onSubmit(async (values) => {
    setProblem(null);
    try {
      const user = await create.mutateAsync({ body: bodyOf(values) });
      onMade({ username: user.username, password: values.password });
    } catch (failure) {
      explain(failure);
    }
  });
  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack>
        <TextInput
          label={t("column.username")}
          description={t("create.usernameHelp")}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          required
          data-autofocus
          {...form.getInputProps("username")}
        />
        <Radio.Group
          label={t("column.role")}
          value={form.values.role}
          onChange={(role) => form.setFieldValue("role", role as Role)}
        >
          <Stack gap="xs" mt="xs">
            {ROLES.map((role) => (
              <Radio key={role} value={role} label={t(`common:role.${role}`)} description={t(`may.${role}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput label={t("column.displayName")} autoComplete="off" {...form.getInputProps("displayName")} />
        <TextInput label={t("column.email")} type="email" autoComplete="off" {...form.getInputProps("email")} />
        <PasswordField label={t("create.password")} {...form.getInputProps("password")} />
        {problem !== null && <ProblemNotice problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common:action.cancel")}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t("common:action.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
