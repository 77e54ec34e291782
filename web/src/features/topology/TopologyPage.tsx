import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Awaited } from "@/shared/ui/Awaited";
import { Page } from "@/shared/ui/Page";
import { EditorPage } from "./editor/EditorPage";
import { useTopology } from "./queries";

const route = getRouteApi("/inside/communities/$gridId/topology");

/** The community as a graph or a tree that can be edited. */
export function TopologyPage() {
  const { t } = useTranslation(["topology", "common"]);
  const { gridId } = route.useParams();
  const query = useTopology(gridId);
  if (query.data === undefined)
    return (
      <Page title={t("title")} crumbs={[{ label: t("common:navigation.communities"), link: { to: "/communities" } }]}>
        <Awaited query={query} height="70vh">
          {() => null}
        </Awaited>
      </Page>
    );
  return <EditorPage key={gridId} document={query.data} gridId={gridId} />;
}
