import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Awaited } from "@/shared/ui/Awaited";
import { Page } from "@/shared/ui/Page";
import { BuilderCards } from "./builders/BuilderCards";
import { BuilderForm } from "./builders/BuilderForm";
import { useBuilders } from "./builders/calls";
import { useBuildWords } from "./builders/words";
import { useGrids, useProfiles } from "./queries";

const route = getRouteApi("/inside/profiles/build");

export function BuildPage() {
  const { t } = useTranslation("profiles");
  const words = useBuildWords();
  const { builder: name } = route.useSearch();
  const navigate = route.useNavigate();
  const builders = useBuilders();
  const grids = useGrids();
  const profiles = useProfiles();
  const chosen = builders.data?.find((builder) => builder.name === name);
  const texts = chosen && words.builder(chosen);
  const crumbs = [{ label: t("list.title"), link: { to: "/profiles" as const } }];
  return (
    <Page
      title={texts?.title ?? t("build.title")}
      description={texts?.text ?? t("build.description")}
      crumbs={chosen ? [...crumbs, { label: t("build.title"), link: { to: "/profiles/build" } }] : crumbs}
      actions={
        chosen && (
          <Button variant="default" onClick={() => navigate({ search: {} })}>
            {t("build.change")}
          </Button>
        )
      }
    >
      <Awaited query={builders} height={420}>
        {(all) =>
          chosen === undefined ? (
            <BuilderCards builders={all} onChoose={(builder) => navigate({ search: { builder } })} />
          ) : (
            <Awaited query={grids} height={420}>
              {(known) => (
                <BuilderForm key={chosen.name} builder={chosen} grids={known} profiles={profiles.data ?? []} />
              )}
            </Awaited>
          )
        }
      </Awaited>
    </Page>
  );
}
