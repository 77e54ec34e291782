import { Alert, Loader, Stack } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { resume, useSession } from "@/shared/session/session";
import { type SignInWays, waysToSignIn } from "@/shared/session/ways";
import { Frame } from "./Frame";
import { PasswordSignIn } from "./PasswordSignIn";
import { ProviderSignIn } from "./ProviderSignIn";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { t } = useTranslation("session");
  const { next, failed } = route.useSearch();
  const router = useRouter();
  const ended = useSession((state) => state.ended);
  const [ways, setWays] = useState<SignInWays | null>(null);
  const [tried, setTried] = useState(false);

  useEffect(() => {
    // Who is signed in already (a bookmark, another tab) goes on to where they wanted.
    const goOn = async () => {
      if (useSession.getState().status === "unknown") await resume().catch(() => undefined);
      if (useSession.getState().status === "signed-in") router.history.replace(next ?? "/");
    };
    void goOn();
  }, [router, next]);
  useEffect(() => {
    void waysToSignIn().then(setWays);
  }, []);

  return (
    <Frame title={t("signIn.title")}>
      <Stack>
        {ended === "expired" && !tried && (
          <Alert color="yellow" role="status">
            {t("signIn.expired")}
          </Alert>
        )}
        {failed && !tried && (
          <Alert color="red" role="alert">
            {t(`signIn.failed.${failed}`, { label: ways?.label ?? "" })}
          </Alert>
        )}
        {ways === null && <Loader mx="auto" />}
        {ways?.local_passwords && (
          <PasswordSignIn onTry={() => setTried(true)} onDone={() => router.history.push(next ?? "/")} />
        )}
        {ways && <ProviderSignIn ways={ways} next={next} signedOut={ended === "signed-out"} />}
      </Stack>
    </Frame>
  );
}
