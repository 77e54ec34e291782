import { IconHome } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";

/** Nothing can be run before there is a community that the caller may operate. */
export function NoCommunity() {
  const { t } = useTranslation("runs");
  return (
    <Empty
      icon={<IconHome size={28} />}
      title={t("form.noCommunityTitle")}
      actions={<LinkButton to="/communities">{t("form.noCommunityAction")}</LinkButton>}
    >
      {t("form.noCommunityText")}
    </Empty>
  );
}
