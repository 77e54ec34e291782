import { ActionIcon, Button, Checkbox, Group, Text, Tooltip } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import type { House, Profile, ProfileType } from "../queries";
import { yearlyKwh } from "../units";
import type { Entry } from "./plan";

interface Props {
  houses: House[];
  entries: Entry[];
  profiles: Map<number, Profile>;
  types: ProfileType[];
  /** Null where nothing may be changed. */
  chosen: Set<number> | null;
  onChoose: (houseIds: Set<number>) => void;
  onEdit: (entry: Entry) => void;
  onAdd: (house: House, type: ProfileType) => void;
}

/** Houses by types of profiles: what each follows, with its scale and a year's energy. */
export function HouseTable({ houses, entries, profiles, types, chosen, onChoose, onEdit, onAdd }: Props) {
  const { t } = useTranslation("profiles");
  const formats = useFormats();
  const byHouse = useMemo(() => grouped(entries), [entries]);
  const columns = useMemo((): Column<House>[] => {
    const of = (house: House, type: ProfileType) =>
      (byHouse.get(house.id) ?? []).filter((entry) => profiles.get(entry.profileId)?.profile_type === type);
    const energy = (house: House, type: ProfileType) =>
      of(house, type).reduce((sum, entry) => {
        const profile = profiles.get(entry.profileId);
        return sum + (profile ? (yearlyKwh(profile) ?? 0) : 0) * entry.scale;
      }, 0);
    const words = (entry: Entry) =>
      `${profiles.get(entry.profileId)?.name ?? entry.profileId} × ${formats.number(entry.scale, 3)}`;
    const choose = (house: House, isChosen: boolean) => {
      const next = new Set(chosen);
      if (isChosen) next.add(house.id);
      else next.delete(house.id);
      onChoose(next);
    };
    const box: Column<House> = {
      id: "chosen",
      header: t("assign.chosen"),
      isAction: true,
      value: (house) => (chosen?.has(house.id) ? 1 : 0),
      render: (house) => (
        <Checkbox
          aria-label={t("assign.choose", { name: house.name })}
          checked={chosen?.has(house.id) ?? false}
          onChange={(event) => choose(house, event.currentTarget.checked)}
        />
      ),
    };
    const cell = (type: ProfileType): Column<House> => ({
      id: type,
      header: t(`type.${type}`),
      value: (house) => of(house, type).map(words).join("; "),
      render: (house) => (
        <Group gap={4} wrap="nowrap">
          {of(house, type).map((entry) =>
            chosen ? (
              <Button
                key={entry.key}
                size="compact-sm"
                variant="light"
                color="gray"
                fw={500}
                onClick={() => onEdit(entry)}
              >
                {words(entry)}
              </Button>
            ) : (
              <Text key={entry.key} size="sm">
                {words(entry)}
              </Text>
            ),
          )}
          {chosen && (
            <Tooltip label={t("assign.add", { type: t(`type.${type}`), name: house.name })}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("assign.add", { type: t(`type.${type}`), name: house.name })}
                onClick={() => onAdd(house, type)}
              >
                <IconPlus size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      ),
    });
    return [
      ...(chosen ? [box] : []),
      {
        id: "house",
        header: t("uses.house"),
        value: (house) => house.name,
        render: (house) => (
          <Text size="sm" fw={500} style={{ whiteSpace: "nowrap" }}>
            {house.name}
          </Text>
        ),
      },
      { id: "flags", header: t("assign.flags"), value: (house) => (house.flags ?? []).join(", ") },
      ...types.map(cell),
      {
        id: "load-kwh",
        header: t("assign.loadEnergy"),
        numeric: true,
        value: (house) => energy(house, "load"),
        render: (house) => formats.quantity(energy(house, "load"), "kWh", 0),
      },
    ];
  }, [t, formats, byHouse, profiles, types, chosen, onChoose, onEdit, onAdd]);
  return (
    <DataTable
      label={t("assign.houses")}
      rows={houses}
      columns={columns}
      rowKey={(house) => house.id}
      searchable={false}
      height="60vh"
    />
  );
}

function grouped(entries: Entry[]): Map<number, Entry[]> {
  const groups = new Map<number, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.houseId);
    if (group) group.push(entry);
    else groups.set(entry.houseId, [entry]);
  }
  return groups;
}
