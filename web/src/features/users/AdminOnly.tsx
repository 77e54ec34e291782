import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";

interface Props {
  /** Of the page, for those who may not see it. */
  title: string;
  children: ReactNode;
}

/** Its children for administrators; for all others a word on who may see this. */
export function AdminOnly({ title, children }: Props) {
  const { t } = useTranslation(["users", "common"]);
  const me = useMe();
  return (
    <Awaited query={me} height={420}>
      {({ role }) =>
        role === "admin" ? (
          children
        ) : (
          <Page title={title}>
            <Empty
              icon={<IconLock size={28} />}
              title={t("adminOnly.title")}
              actions={<LinkButton to="/">{t("common:problem.home")}</LinkButton>}
            >
              {t("adminOnly.help", { role: t(`common:role.${role}`) })}
            </Empty>
          </Page>
        )
      }
    </Awaited>
  );
}
