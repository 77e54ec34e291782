import { IconHome } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";

/** In place of what concerns the whole community, for a household. */
export function CommunityOnly({ runId }: { runId?: number }) {
  const { t } = useTranslation("results");
  return (
    <Empty
      icon={<IconHome size={28} />}
      title={t("overview.household.onlyTitle")}
      actions={
        runId !== undefined && (
          <LinkButton to="/runs/$runId" params={{ runId }} variant="light" mt="sm">
            {t("overview.household.toOverview")}
          </LinkButton>
        )
      }
    >
      {t("overview.household.only")}
    </Empty>
  );
}
