import { ActionIcon, Badge, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { TextLink } from "@/shared/ui/LinkButton";
import type { Grid, Profile } from "../queries";
import { energyUnit, unitWord, yearlyKwh } from "../units";

interface Props {
  profiles: Profile[];
  uses: Map<number, Grid[]> | null;
  /** Whether the person may delete this one; the service decides in the end. */
  mayDelete: (profile: Profile) => boolean;
  onDelete: (profile: Profile) => void;
}

export function ProfileTable({ profiles, uses, mayDelete, onDelete }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const formats = useFormats();
  const columns = useMemo((): Column<Profile>[] => {
    const used = (profile: Profile) =>
      uses
        ?.get(profile.id)
        ?.map((grid) => grid.name)
        .join(", ") ?? "";
    // Profiles lie in many zones; the list shows their UTC dates, the page of one its own zone.
    const day = (moment: string) => formats.date(moment, "UTC");
    return [
      {
        id: "name",
        header: t("field.name"),
        value: (profile) => profile.name,
        render: (profile) => (
          <TextLink to="/profiles/$profileId" params={{ profileId: profile.id }} fw={500}>
            {profile.name}
          </TextLink>
        ),
      },
      {
        id: "type",
        header: t("field.type"),
        value: (profile) => t(`type.${profile.profile_type}`),
        render: (profile) => (
          <Badge variant="light" color="gray" tt="none" fw={500}>
            {t(`type.${profile.profile_type}`)}
          </Badge>
        ),
      },
      { id: "source", header: t("field.source"), value: (profile) => t(`source.${profile.source_type}`) },
      { id: "unit", header: t("field.unit"), value: (profile) => unitWord(profile.unit) },
      {
        id: "energy",
        header: t("field.yearlyEnergy"),
        numeric: true,
        value: (profile) => yearlyKwh(profile),
        render: (profile) => formats.quantity(yearlyKwh(profile), energyUnit(profile), 0),
      },
      {
        id: "period",
        header: t("field.period"),
        unit: "UTC",
        value: (profile) => profile.start,
        render: (profile) => `${day(profile.start)} – ${day(profile.end)}`,
      },
      {
        id: "step",
        header: t("field.step"),
        numeric: true,
        value: (profile) => profile.step_minutes,
        render: (profile) => t("minutes", { count: profile.step_minutes }),
      },
      { id: "used", header: t("field.usedIn"), value: used, render: (profile) => (uses ? used(profile) || "–" : "…") },
      {
        id: "delete",
        header: t("common:action.delete"),
        isAction: true,
        value: () => null,
        render: (profile) =>
          mayDelete(profile) ? (
            <Tooltip label={t("common:action.delete")}>
              <ActionIcon
                variant="subtle"
                color="red"
                aria-label={t("list.delete", { name: profile.name })}
                onClick={() => onDelete(profile)}
              >
                <IconTrash size={18} />
              </ActionIcon>
            </Tooltip>
          ) : null,
      },
    ];
  }, [t, formats, uses, mayDelete, onDelete]);
  return (
    <DataTable
      label={t("list.title")}
      rows={profiles}
      columns={columns}
      rowKey={(profile) => profile.id}
      sortBy={{ id: "name", desc: false }}
      searchable={false}
      height="70vh"
    />
  );
}
