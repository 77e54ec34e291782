import { SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconHome, IconPlus, IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAbilities, useMe } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { CommunityCard } from "./list/CommunityCard";
import { type Grid, useGrids } from "./queries";
import { WayCards } from "./ways/WayCards";

const OwnHouses = lazy(async () => ({ default: (await import("./list/OwnHouses")).OwnHouses }));

/** Below so many people find theirs by looking. */
const SEARCH_FROM = 9;

export function CommunitiesPage() {
  const me = useMe();
  return (
    <Awaited query={me} height={420}>
      {({ id, role }) =>
        role === "participant" ? (
          <Suspense>
            <OwnHouses />
          </Suspense>
        ) : (
          <Communities userId={id} />
        )
      }
    </Awaited>
  );
}

function Communities({ userId }: { userId: number }) {
  const { t } = useTranslation(["start", "common"]);
  const { mayOperate } = useAbilities();
  const query = useGrids();
  const some = query.data !== undefined && query.data.length > 0;
  return (
    <Page
      title={t("list.title")}
      description={t("list.description")}
      actions={
        mayOperate &&
        some && (
          <LinkButton to="/communities/new" leftSection={<IconPlus size={18} />}>
            {t("list.create")}
          </LinkButton>
        )
      }
    >
      <Awaited query={query} height={240}>
        {(grids) =>
          grids.length > 0 ? <Cards grids={grids} userId={userId} /> : mayOperate ? <Beginning /> : <NothingShown />
        }
      </Awaited>
    </Page>
  );
}

function Cards({ grids, userId }: { grids: Grid[]; userId: number }) {
  const { t } = useTranslation(["start", "common"]);
  const [wanted, setWanted] = useState("");
  const shown = useMemo(() => {
    const words = wanted.trim().toLocaleLowerCase();
    return grids
      .filter((grid) => `${grid.name} ${grid.timezone}`.toLocaleLowerCase().includes(words))
      .sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  }, [grids, wanted]);
  return (
    <Stack>
      {grids.length >= SEARCH_FROM && (
        <TextInput
          aria-label={t("list.search")}
          placeholder={t("common:action.search")}
          leftSection={<IconSearch size={16} />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          maw={360}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
        {shown.map((grid) => (
          <CommunityCard key={grid.id} grid={grid} own={grid.created_by === userId} />
        ))}
      </SimpleGrid>
      {shown.length === 0 && <Text c="dimmed">{t("common:state.noMatch")}</Text>}
    </Stack>
  );
}

function Beginning() {
  const { t } = useTranslation(["start", "common"]);
  return (
    <Stack gap="lg">
      <Text size="lg">{t("list.beginning")}</Text>
      <WayCards />
    </Stack>
  );
}

function NothingShown() {
  const { t } = useTranslation(["start", "common"]);
  return (
    <Empty icon={<IconHome size={28} />} title={t("list.nothing")}>
      {t("list.nothingHelp")}
    </Empty>
  );
}
