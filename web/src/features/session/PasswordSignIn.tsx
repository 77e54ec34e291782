import { Alert, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";
import { signIn } from "@/shared/session/session";
import { TextLink } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";

/** User name and password of this gateway's own. */
export function PasswordSignIn({ onTry, onDone }: { onTry: () => void; onDone: () => void }) {
  const { t } = useTranslation(["session", "common"]);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);
  const form = useForm({ initialValues: { username: "", password: "" } });

  const submit = form.onSubmit(async ({ username, password }) => {
    setBusy(true);
    setProblem(null);
    onTry();
    try {
      await signIn(username.trim(), password);
      onDone();
    } catch (failure) {
      setProblem(failure);
      form.setFieldValue("password", "");
      passwordField.current?.focus();
    } finally {
      setBusy(false);
    }
  });
  const wrong = problem instanceof ApiProblem && problem.status === 401;

  return (
    <form onSubmit={submit}>
      <Stack>
        {wrong ? (
          <Alert color="red" role="alert">
            {t("signIn.wrong")}
          </Alert>
        ) : (
          problem !== null && <ProblemNotice problem={problem} />
        )}
        <TextInput
          label={t("signIn.username")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          {...form.getInputProps("username")}
        />
        <PasswordInput
          ref={passwordField}
          label={t("signIn.password")}
          autoComplete="current-password"
          required
          visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={busy} fullWidth>
          {t("signIn.submit")}
        </Button>
        <Text size="sm" ta="center">
          {t("signIn.noAccount")} <TextLink to="/register">{t("signIn.register")}</TextLink>
        </Text>
      </Stack>
    </form>
  );
}
