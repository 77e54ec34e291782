import { Alert, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";
import { resume, signIn, useSession } from "@/shared/session/session";
import { TextLink } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Frame } from "./Frame";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { t } = useTranslation(["session", "common"]);
  const { next } = route.useSearch();
  const router = useRouter();
  const ended = useSession((state) => state.ended);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);
  const form = useForm({ initialValues: { username: "", password: "" } });

  useEffect(() => {
    // Who is signed in already (a bookmark, another tab) goes on to where they wanted.
    const goOn = async () => {
      if (useSession.getState().status === "unknown") await resume().catch(() => undefined);
      if (useSession.getState().status === "signed-in") router.history.replace(next ?? "/");
    };
    void goOn();
  }, [router, next]);

  const submit = form.onSubmit(async ({ username, password }) => {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(username.trim(), password);
      router.history.push(next ?? "/");
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
    <Frame title={t("signIn.title")}>
      <form onSubmit={submit}>
        <Stack>
          {ended === "expired" && problem === null && (
            <Alert color="yellow" role="status">
              {t("signIn.expired")}
            </Alert>
          )}
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
    </Frame>
  );
}
