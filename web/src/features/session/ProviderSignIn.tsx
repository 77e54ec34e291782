import { Anchor, Button, Divider, Stack, Text } from "@mantine/core";
import { IconLogin2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { providerAddress, type SignInWays } from "@/shared/session/ways";

interface Props {
  ways: SignInWays;
  /** Where to go on after signing in. */
  next: string | undefined;
  /** Just signed out here: at the provider one may still be signed in. */
  signedOut: boolean;
}

/** The way to the provider; nothing where there is none. */
export function ProviderSignIn({ ways, next, signedOut }: Props) {
  const { t } = useTranslation("session");
  if (!ways.provider || ways.start_path === null) return null;
  const label = ways.label ?? "";
  return (
    <Stack>
      {ways.local_passwords && <Divider label={t("signIn.or")} />}
      <Button
        component="a"
        href={providerAddress(ways.start_path, next)}
        variant={ways.local_passwords ? "default" : "filled"}
        leftSection={<IconLogin2 size={16} />}
        fullWidth
      >
        {t("signIn.with", { label })}
      </Button>
      {signedOut && ways.logout_path !== null && (
        <Text size="sm" ta="center">
          <Anchor href={ways.logout_path}>{t("signIn.signOutThere", { label })}</Anchor>
        </Text>
      )}
    </Stack>
  );
}
