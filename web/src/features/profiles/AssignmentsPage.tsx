import { IconHomeOff } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { Editor } from "./assignments/Editor";
import type { HouseFilters } from "./assignments/plan";
import { useAssignments, useGrid, useHouses, useProfiles } from "./queries";

const route = getRouteApi("/inside/communities/$gridId/assignments");
const HEIGHT = 520;

export function AssignmentsPage() {
  const { t } = useTranslation("profiles");
  const { gridId } = route.useParams();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const grid = useGrid(gridId);
  const houses = useHouses(gridId);
  const profiles = useProfiles();
  const assignments = useAssignments(gridId);
  const filter = (change: HouseFilters) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  return (
    <Page
      title={t("assign.title")}
      description={t("assign.description")}
      crumbs={[{ label: grid.data?.name ?? "…", link: { to: "/communities/$gridId", params: { gridId } } }]}
    >
      <Awaited query={grid} height={HEIGHT}>
        {(community) => (
          <Awaited query={houses} height={HEIGHT}>
            {(allHouses) =>
              allHouses.length === 0 ? (
                <Empty
                  icon={<IconHomeOff size={28} />}
                  title={t("assign.noHouses.title")}
                  actions={
                    <LinkButton to="/communities/$gridId/topology" params={{ gridId }}>
                      {t("assign.noHouses.build")}
                    </LinkButton>
                  }
                >
                  {t("assign.noHouses.help")}
                </Empty>
              ) : (
                <Awaited query={profiles} height={HEIGHT}>
                  {(allProfiles) => (
                    <Awaited query={assignments} height={HEIGHT}>
                      {(stored) => (
                        <Editor
                          key={gridId}
                          grid={community}
                          houses={allHouses}
                          profiles={allProfiles}
                          assignments={stored}
                          filters={filters}
                          onFilter={filter}
                        />
                      )}
                    </Awaited>
                  )}
                </Awaited>
              )
            }
          </Awaited>
        )}
      </Awaited>
    </Page>
  );
}
