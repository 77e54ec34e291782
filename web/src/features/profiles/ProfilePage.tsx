import { Badge, Button, SimpleGrid, Skeleton } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { intervalsOf } from "@/shared/charts/intervals";
import { useAbilities, useMe } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { DeleteProfile } from "./list/DeleteProfile";
import { type Profile, seriesQuery, useGrids, useProfile, useUses } from "./queries";
import { Details } from "./view/Details";
import { Downloads } from "./view/Downloads";
import { Facts } from "./view/Facts";
import { ProfileCharts, type ProfileSearch } from "./view/ProfileCharts";
import { wholeResolution } from "./view/seriesPlan";
import { UsedBy } from "./view/UsedBy";
import { isZone, zoneChoices, zoneOf } from "./zone";

const route = getRouteApi("/inside/profiles/$profileId");
const CHART_HEIGHT = 560;

export function ProfilePage() {
  const { t } = useTranslation("profiles");
  const { profileId } = route.useParams();
  const profile = useProfile(profileId);
  if (profile.data !== undefined) return <Loaded profile={profile.data} />;
  return (
    <Page title={t("one")} crumbs={[{ label: t("list.title"), link: { to: "/profiles" } }]}>
      <Awaited query={profile} height={CHART_HEIGHT}>
        {() => null}
      </Awaited>
    </Page>
  );
}

function Loaded({ profile }: { profile: Profile }) {
  const { t } = useTranslation(["profiles", "common"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const leave = useNavigate();
  const grids = useGrids().data;
  const uses = useUses();
  const usedIn = useMemo(() => (uses === null ? null : (uses.get(profile.id) ?? [])), [uses, profile.id]);
  const { mayOperate, isAdmin } = useAbilities();
  const me = useMe().data;
  const mayChange = isAdmin || (mayOperate && me?.id === profile.created_by);
  const [leaving, setLeaving] = useState(false);

  const own = zoneOf(profile, usedIn ?? [], grids ?? []);
  const timezone = isZone(search.zone) ? search.zone : own;
  const series = useQuery(seriesQuery({ profileId: profile.id, resolution: wholeResolution(profile) }));
  const data = useMemo(() => (series.data ? intervalsOf(series.data, series.data.values) : null), [series.data]);
  const onSearch = (change: ProfileSearch) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  // The zone follows from the communities: before they are known everything would be drawn twice.
  const zoneKnown = grids !== undefined && usedIn !== null;

  return (
    <Page
      title={profile.name}
      beside={
        <Badge variant="light" color="gray" tt="none">
          {t(`type.${profile.profile_type}`)}
        </Badge>
      }
      crumbs={[{ label: t("list.title"), link: { to: "/profiles" } }]}
      actions={
        <>
          <Downloads profile={profile} timezone={timezone} />
          {mayChange && (
            <Button variant="default" leftSection={<IconTrash size={18} />} onClick={() => setLeaving(true)}>
              {t("common:action.delete")}
            </Button>
          )}
        </>
      }
    >
      <Facts profile={profile} data={data} timezone={timezone} />
      {series.isError ? (
        <ProblemNotice problem={series.error} onRetry={() => series.refetch()} />
      ) : data === null || !zoneKnown ? (
        <Surface>
          <Skeleton h={CHART_HEIGHT - 60} aria-busy="true" />
        </Surface>
      ) : (
        <ProfileCharts
          profile={profile}
          data={data}
          stepMinutes={series.data?.step_minutes ?? profile.step_minutes}
          timezone={timezone}
          zones={zoneChoices(own, grids)}
          search={search}
          onSearch={onSearch}
        />
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <UsedBy profile={profile} usedIn={usedIn} />
        <Details profile={profile} timezone={timezone} mayChange={mayChange} />
      </SimpleGrid>
      <DeleteProfile
        profile={leaving ? profile : null}
        usedIn={usedIn ?? []}
        onClose={() => setLeaving(false)}
        onDeleted={() => leave({ to: "/profiles" })}
      />
    </Page>
  );
}
