import { SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Page } from "@/shared/ui/Page";
import { ApiKeys } from "./account/ApiKeys";
import { Communities } from "./account/Communities";
import { Facts } from "./account/Facts";
import { PasswordForm } from "./account/PasswordForm";
import { SignOutEverywhere } from "./account/SignOutEverywhere";

/** Who am I here, what may I do, and how do I keep others out. */
export function AccountPage() {
  const { t } = useTranslation(["session", "common"]);
  const query = useMe();
  return (
    <Page title={t("account.title")} description={t("account.description")}>
      <Awaited query={query} height={420}>
        {(me) => (
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <Stack gap="lg">
              <Facts me={me} />
              {me.role !== "participant" && <Communities me={me} />}
            </Stack>
            <Stack gap="lg">
              {me.local_login && <PasswordForm username={me.username} />}
              <SignOutEverywhere />
              <ApiKeys role={me.role} />
            </Stack>
          </SimpleGrid>
        )}
      </Awaited>
    </Page>
  );
}
