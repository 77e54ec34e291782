import { Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { findingsByField } from "@/shared/api/findings";
import { passwordFault } from "@/shared/session/password";
import { signIn } from "@/shared/session/session";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { useLeave } from "./leave";

const EMPTY = { current: "", next: "", again: "" };

/** A new password ends all sessions; this one is opened again with it at once, and nobody is thrown out here. */
export function PasswordForm({ username }: { username: string }) {
  const { t } = useTranslation(["session", "common"]);
  const leave = useLeave();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      current: (value) => (value === "" ? t("password.currentMissing") : null),
      next: (value) => {
        const fault = passwordFault(value, username);
        return fault && t(`common:password.${fault}`);
      },
      again: (value, { next }) => (value === next ? null : t("password.different")),
    },
  });

  const explain = (failure: unknown) => {
    const { current_password, new_password } = findingsByField(failure);
    if (current_password) form.setFieldError("current", t("password.currentWrong"));
    else if (new_password) form.setFieldError("next", t("common:password.common"));
    else setProblem(failure);
  };
  const submit = form.onSubmit(async ({ current, next }) => {
    setBusy(true);
    setProblem(null);
    try {
      await api.POST("/api/v1/auth/password", { body: { current_password: current, new_password: next } });
      // It is changed: whatever goes wrong now, the way on is to sign in with the new one.
      await signIn(username, next).catch(leave);
      form.reset();
      notifyDone(t("password.changed"));
    } catch (failure) {
      explain(failure);
    } finally {
      setBusy(false);
    }
  });

  return (
    <Surface p="lg">
      <form onSubmit={submit} noValidate>
        <Title order={2} size="h4" mb="xs">
          {t("password.title")}
        </Title>
        <Text size="sm" c="dimmed" mb="md">
          {t("password.description")}
        </Text>
        <Stack>
          {/* For password managers, which want to know whose password it is. */}
          <TextInput
            type="text"
            name="username"
            autoComplete="username"
            value={username}
            readOnly
            aria-hidden
            tabIndex={-1}
            display="none"
          />
          <PasswordInput
            label={t("password.current")}
            autoComplete="current-password"
            required
            visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
            {...form.getInputProps("current")}
          />
          <PasswordInput
            label={t("password.next")}
            description={t("common:password.rules")}
            autoComplete="new-password"
            required
            visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
            {...form.getInputProps("next")}
          />
          <PasswordInput
            label={t("password.again")}
            autoComplete="new-password"
            required
            visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
            {...form.getInputProps("again")}
          />
          {problem !== null && <ProblemNotice problem={problem} />}
          <Button type="submit" loading={busy} style={{ alignSelf: "flex-start" }}>
            {t("password.submit")}
          </Button>
        </Stack>
      </form>
    </Surface>
  );
}
