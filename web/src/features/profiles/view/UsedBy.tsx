import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { TextLink } from "@/shared/ui/LinkButton";
import { Surface } from "@/shared/ui/Surface";
import { type Grid, type HouseUse, type Profile, useHouseUses } from "../queries";
import { energyUnit, yearlyKwh } from "../units";

interface Props {
  profile: Profile;
  /** Null until known. */
  usedIn: Grid[] | null;
}

/** The houses that follow this profile, with their scale and what it makes of a year. */
export function UsedBy({ profile, usedIn }: Props) {
  const { t } = useTranslation("profiles");
  return (
    <Surface>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("uses.title")}
        </Title>
        {usedIn === null ? <Skeleton h={120} /> : <Houses profile={profile} grids={usedIn} />}
      </Stack>
    </Surface>
  );
}

function Houses({ profile, grids }: { profile: Profile; grids: Grid[] }) {
  const { t } = useTranslation("profiles");
  const formats = useFormats();
  const uses = useHouseUses(profile.id, grids);
  const year = yearlyKwh(profile);
  const columns = useMemo(
    (): Column<HouseUse>[] => [
      {
        id: "house",
        header: t("uses.house"),
        value: (use) => use.houseName,
        render: (use) => (
          <TextLink
            to="/communities/$gridId/assignments"
            params={{ gridId: use.grid.id }}
            search={{ house: use.houseId }}
          >
            {use.houseName}
          </TextLink>
        ),
      },
      { id: "grid", header: t("uses.community"), value: (use) => use.grid.name },
      {
        id: "scale",
        header: t("field.scale"),
        numeric: true,
        value: (use) => use.scale,
        render: (use) => formats.number(use.scale, 3),
      },
      {
        id: "energy",
        header: t("field.yearlyEnergy"),
        numeric: true,
        value: (use) => (year === null ? null : year * use.scale),
        render: (use) =>
          formats.quantity(
            year === null ? null : year * use.scale,
            profile.unit === "pu" ? "kWh" : energyUnit(profile),
            0,
          ),
      },
    ],
    [t, formats, year, profile],
  );
  if (uses === null) return <Skeleton h={120} />;
  if (uses.length === 0)
    return (
      <Text c="dimmed" size="sm">
        {t("uses.nobody")}
      </Text>
    );
  return (
    <DataTable
      label={t("uses.title")}
      rows={uses}
      columns={columns}
      rowKey={(use) => `${use.grid.id}-${use.houseId}-${use.scale}`}
      height={360}
    />
  );
}
