import { Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useRouter } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { findingsByField } from "@/shared/api/findings";
import { ApiProblem } from "@/shared/api/problems";
import { register } from "@/shared/session/session";
import { TextLink } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Frame } from "./Frame";
import { accountOf, type Registration, registrationSchema } from "./registration";

/** A household makes its account; other roles are given by an administrator. */
export function RegisterPage() {
  const { t } = useTranslation(["session", "common"]);
  const router = useRouter();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const schema = useMemo(
    () =>
      registrationSchema({
        field: (fault) => t(`register.fault.${fault}`),
        password: (fault) => t(`common:password.${fault}`),
      }),
    [t],
  );
  const form = useForm<Registration>({
    initialValues: { username: "", displayName: "", email: "", password: "" },
    validate: schemaResolver(schema, { sync: true }),
  });

  const explain = (failure: unknown) => {
    const status = failure instanceof ApiProblem ? failure.status : null;
    if (status === 409) {
      form.setFieldError("username", t("register.fault.taken"));
      return;
    }
    const { username, email, display_name, password } = findingsByField(failure);
    const found = {
      ...(username && { username }),
      ...(email && { email }),
      ...(display_name && { displayName: display_name }),
      // Its other rules were checked here; what is left is the list of the most used ones.
      ...(password && { password: t("common:password.common") }),
    };
    if (Object.keys(found).length > 0) form.setErrors(found);
    else setProblem(failure);
  };
  const submit = form.onSubmit(async (values) => {
    setBusy(true);
    setProblem(null);
    try {
      await register(accountOf(values));
      router.history.push("/");
    } catch (failure) {
      explain(failure);
    } finally {
      setBusy(false);
    }
  });
  const closed = problem instanceof ApiProblem && problem.status === 403;

  return (
    <Frame title={t("register.title")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <div>
            <Title order={2} size="h4">
              {t("register.title")}
            </Title>
            <Text size="sm" c="dimmed">
              {t("register.intro")}
            </Text>
          </div>
          {problem !== null && (
            <ProblemNotice problem={closed ? new ApiProblem({ status: 403, detail: t("register.closed") }) : problem} />
          )}
          <TextInput
            label={t("register.username")}
            description={t("register.usernameHelp")}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            {...form.getInputProps("username")}
          />
          <TextInput label={t("register.displayName")} autoComplete="name" {...form.getInputProps("displayName")} />
          <TextInput label={t("register.email")} type="email" autoComplete="email" {...form.getInputProps("email")} />
          <PasswordInput
            label={t("register.password")}
            description={t("common:password.rules")}
            autoComplete="new-password"
            required
            visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={busy} fullWidth>
            {t("register.submit")}
          </Button>
          <Text size="sm" ta="center">
            {t("register.haveAccount")} <TextLink to="/sign-in">{t("register.signIn")}</TextLink>
          </Text>
        </Stack>
      </form>
    </Frame>
  );
}
