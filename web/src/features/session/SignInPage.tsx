import { Alert, Button, Center, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";
import { signIn, useSession } from "@/shared/session/session";
import { TextLink } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { t } = useTranslation(["session", "common"]);
  const { next } = route.useSearch();
  const router = useRouter();
  const ended = useSession((state) => state.ended);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const form = useForm({ initialValues: { username: "", password: "" } });
  useEffect(() => {
    document.title = `${t("signIn.title")} · Hygge`;
  }, [t]);

  const submit = form.onSubmit(async ({ username, password }) => {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(username.trim(), password);
      router.history.push(next ?? "/");
    } catch (failure) {
      setProblem(failure);
      form.setFieldValue("password", "");
    } finally {
      setBusy(false);
    }
  });
  const wrong = problem instanceof ApiProblem && problem.status === 401;

  return (
    <Center mih="100dvh" p="md" component="main">
      <Surface w="100%" maw={400} p="xl" shadow="sm">
        <form onSubmit={submit}>
          <Stack>
            <Stack gap={4} align="center">
              <img src="/icon.svg" alt="" width={48} height={48} />
              <Title order={1} size="h2">
                {t("common:app.name")}
              </Title>
              <Text c="dimmed" ta="center">
                {t("common:app.tagline")}
              </Text>
            </Stack>
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
              autoFocus
              required
              {...form.getInputProps("username")}
            />
            <PasswordInput
              label={t("signIn.password")}
              autoComplete="current-password"
              required
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
      </Surface>
    </Center>
  );
}
