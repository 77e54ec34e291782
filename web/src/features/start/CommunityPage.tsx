import { Badge, Stack } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAbilities, useMe } from "@/shared/session/me";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Actions } from "./community/Actions";
import { Facts } from "./community/Facts";
import { LastResult } from "./community/LastResult";
import { Missing } from "./community/Missing";
import { Places } from "./community/Places";
import { Waiting } from "./community/Waiting";
import { type Grid, useGrid } from "./queries";

/** A community at a glance: what it is, where its parts are, what its last run found. */
export function CommunityPage() {
  const { gridId } = useParams({ from: "/inside/communities/$gridId/" });
  const { t } = useTranslation(["start", "common"]);
  const query = useGrid(gridId);
  if (query.data !== undefined) return <Community grid={query.data} />;
  return (
    <Page title={t("community.title")} crumbs={[{ label: t("list.title"), link: { to: "/communities" } }]}>
      {query.isError ? <ProblemNotice problem={query.error} onRetry={() => query.refetch()} /> : <Waiting />}
    </Page>
  );
}

function Community({ grid }: { grid: Grid }) {
  const { t } = useTranslation(["start", "common"]);
  const me = useMe().data;
  const { mayOperate, isAdmin } = useAbilities();
  const own = grid.created_by === me?.id;
  const operates = mayOperate && grid.access === "operate";
  return (
    <Page
      title={grid.name}
      beside={
        <Badge variant={own ? "light" : "default"} tt="none">
          {t(own ? "access.own" : `access.${grid.access}`)}
        </Badge>
      }
      crumbs={[{ label: t("list.title"), link: { to: "/communities" } }]}
      actions={
        <>
          {operates && (
            <LinkButton to="/runs/new" search={{ grid: grid.id }} leftSection={<IconPlayerPlay size={18} />}>
              {t("community.run")}
            </LinkButton>
          )}
          <Actions grid={grid} operates={operates} invites={isAdmin || (own && operates)} />
        </>
      }
    >
      <Stack gap="lg">
        {operates && <Missing grid={grid} />}
        <LastResult grid={grid} />
        <Places grid={grid} operates={operates} />
        <Facts grid={grid} />
      </Stack>
    </Page>
  );
}
