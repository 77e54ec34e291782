import { Group, Select, TextInput } from "@mantine/core";
import { IconFileImport, IconSearch, IconWand, IconWaveSine } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAbilities, useMe } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { Surface } from "@/shared/ui/Surface";
import { DeleteProfile } from "./list/DeleteProfile";
import { filtered, type ProfileFilters } from "./list/filters";
import { ProfileTable } from "./list/ProfileTable";
import { PROFILE_TYPES, type Profile, SOURCE_TYPES, useProfiles, useUses } from "./queries";

const route = getRouteApi("/inside/profiles");

export function ProfilesPage() {
  const { t } = useTranslation(["profiles", "common"]);
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const profiles = useProfiles();
  const uses = useUses();
  const { mayOperate, isAdmin } = useAbilities();
  const me = useMe().data;
  const [leaving, setLeaving] = useState<Profile | null>(null);
  const shown = useMemo(() => filtered(profiles.data ?? [], filters), [profiles.data, filters]);
  const mayDelete = useCallback(
    (profile: Profile) => isAdmin || (mayOperate && profile.created_by === me?.id),
    [isAdmin, mayOperate, me?.id],
  );
  const filter = (change: ProfileFilters) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });

  const actions = mayOperate && (
    <>
      <LinkButton to="/profiles/build" variant="default" leftSection={<IconWand size={18} />}>
        {t("list.build")}
      </LinkButton>
      <LinkButton to="/profiles/import" leftSection={<IconFileImport size={18} />}>
        {t("list.import")}
      </LinkButton>
    </>
  );
  return (
    <Page title={t("list.title")} description={t("list.description")} actions={actions}>
      <Awaited query={profiles} height={480}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={<IconWaveSine size={28} />} title={t("list.empty.title")} actions={<Group>{actions}</Group>}>
              {mayOperate ? t("list.empty.operate") : t("list.empty.view")}
            </Empty>
          ) : (
            <Surface>
              <Group gap="sm" mb="md" align="flex-end">
                <TextInput
                  label={t("list.search")}
                  leftSection={<IconSearch size={16} />}
                  value={filters.name ?? ""}
                  onChange={(event) => filter({ name: event.currentTarget.value || undefined })}
                />
                <Select
                  label={t("field.type")}
                  placeholder={t("list.any")}
                  clearable
                  value={filters.type ?? null}
                  onChange={(type) => filter({ type: type ?? undefined })}
                  data={PROFILE_TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }))}
                />
                <Select
                  label={t("field.source")}
                  placeholder={t("list.any")}
                  clearable
                  value={filters.source ?? null}
                  onChange={(source) => filter({ source: source ?? undefined })}
                  data={SOURCE_TYPES.map((source) => ({ value: source, label: t(`source.${source}`) }))}
                />
              </Group>
              <ProfileTable profiles={shown} uses={uses} mayDelete={mayDelete} onDelete={setLeaving} />
            </Surface>
          )
        }
      </Awaited>
      <DeleteProfile
        profile={leaving}
        usedIn={leaving ? (uses?.get(leaving.id) ?? []) : []}
        onClose={() => setLeaving(null)}
      />
    </Page>
  );
}
