import { Button, Select, Stack, Switch, TextInput, Title } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { findingsByField } from "@/shared/api/findings";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { ROLES, type Role, type User, useChangeUser } from "../queries";
import { detailsSchema } from "../schema";

interface Values {
  displayName: string;
  email: string;
  role: Role;
  active: boolean;
}

export function Details({ user, own }: { user: User; own: boolean }) {
  const { t } = useTranslation(["users", "common"]);
  const change = useChangeUser();
  const [problem, setProblem] = useState<unknown>(null);
  const schema = useMemo(() => detailsSchema({ field: (fault) => t(`fault.${fault}`) }), [t]);
  const form = useForm<Values>({ initialValues: valuesOf(user), validate: schemaResolver(schema, { sync: true }) });
  const submit = form.onSubmit(async (values) => {
    setProblem(null);
    try {
      const stored = await change.mutateAsync({
        params: { path: { user_id: user.id } },
        body: {
          display_name: values.displayName.trim() || null,
          email: values.email.trim() || null,
          // Only what differs: a new role or state ends the user's sessions.
          ...(values.role !== user.role && { role: values.role }),
          ...(values.active !== user.active && { active: values.active }),
        },
      });
      form.setInitialValues(valuesOf(stored));
      form.setValues(valuesOf(stored));
      notifyDone(t("details.saved", { name: user.username }));
    } catch (failure) {
      const { email, display_name } = findingsByField(failure);
      if (email || display_name) form.setErrors({ email, displayName: display_name });
      else setProblem(failure);
    }
  });
  const endsSessions = form.values.role !== user.role || form.values.active !== user.active;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t("details.title")}
        </Title>
        <TextInput label={t("column.displayName")} {...form.getInputProps("displayName")} />
        <TextInput label={t("column.email")} type="email" {...form.getInputProps("email")} />
        <Select
          label={t("column.role")}
          description={t(`may.${form.values.role}`)}
          data={ROLES.map((role) => ({ value: role, label: t(`common:role.${role}`) }))}
          allowDeselect={false}
          disabled={own}
          {...form.getInputProps("role")}
        />
        <Switch
          label={t("details.active")}
          description={t("details.activeHelp")}
          disabled={own}
          {...form.getInputProps("active", { type: "checkbox" })}
        />
        {problem !== null && <ProblemNotice problem={problem} />}
        <Button type="submit" loading={change.isPending} disabled={!form.isDirty()} style={{ alignSelf: "flex-start" }}>
          {t(endsSessions ? "details.saveAndEnd" : "common:action.save")}
        </Button>
      </Stack>
    </form>
  );
}

function valuesOf(user: User): Values {
  return {
    displayName: user.display_name ?? "",
    email: user.email ?? "",
    // Services have no rows among the users.
    role: user.role as Role,
    active: user.active,
  };
}
