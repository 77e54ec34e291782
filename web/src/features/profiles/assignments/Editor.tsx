import { Alert, Button, Group, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { type Assignment, type Grid, type House, POWER_TYPES, type Profile, type ProfileType } from "../queries";
import { BulkPanel } from "./BulkPanel";
import { EditDialog, type Editing } from "./EditDialog";
import { Filters } from "./Filters";
import { HouseTable } from "./HouseTable";
import { LeaveDialog } from "./LeaveDialog";
import { ListDialog } from "./ListDialog";
import { type Entry, entry, type HouseFilters, shownHouses, withBulk } from "./plan";
import { SaveBar } from "./SaveBar";
import { useEntries } from "./useEntries";

interface Props {
  grid: Grid;
  houses: House[];
  profiles: Profile[];
  assignments: Assignment[];
  filters: HouseFilters & { type?: string };
  onFilter: (change: HouseFilters) => void;
}

const ALWAYS: ProfileType[] = ["load", "solar"];

/** Which house follows which profile: to look at, and to change for one house or for many. */
export function Editor({ grid, houses, profiles, assignments, filters, onFilter }: Props) {
  const { t } = useTranslation("profiles");
  const { entries, change, ...list } = useEntries(grid.id, assignments);
  const mayChange = grid.access === "operate";
  const [chosen, setChosen] = useState<Set<number>>(() => new Set());
  const [editing, setEditing] = useState<Editing | null>(null);
  const [listOpened, setListOpened] = useState(false);
  const byId = useMemo(() => new Map(profiles.map((profile) => [profile.id, profile])), [profiles]);
  const typeOf = useCallback((id: number) => byId.get(id)?.profile_type, [byId]);
  const withLoad = useMemo(
    () => new Set(entries.filter((one) => typeOf(one.profileId) === "load").map((one) => one.houseId)),
    [entries, typeOf],
  );
  const shown = useMemo(() => shownHouses(houses, filters, (id) => !withLoad.has(id)), [houses, filters, withLoad]);
  const types = useMemo(() => {
    const used = new Set(entries.map((one) => typeOf(one.profileId)));
    return POWER_TYPES.filter((type) => used.has(type) || ALWAYS.includes(type) || filters.type === type);
  }, [entries, typeOf, filters.type]);
  const names = useMemo(() => new Map(houses.map((house) => [house.id, house.name])), [houses]);
  const power = useMemo(() => profiles.filter((profile) => POWER_TYPES.includes(profile.profile_type)), [profiles]);
  const houseIds = useMemo(
    () => houses.filter((house) => chosen.has(house.id)).map((house) => house.id),
    [houses, chosen],
  );
  const onEdit = useCallback(
    (one: Entry) =>
      setEditing({ ...one, houseName: names.get(one.houseId) ?? "", type: typeOf(one.profileId) ?? "load" }),
    [names, typeOf],
  );
  const onAdd = useCallback(
    (house: House, type: ProfileType) => setEditing({ houseId: house.id, houseName: house.name, type, scale: 1 }),
    [],
  );
  const finish = (alter: (entries: Entry[]) => Entry[]) => {
    change(alter);
    setEditing(null);
  };
  const edited = (profileId: number, scale: number) => {
    if (editing === null) return;
    const { houseId, key } = editing;
    finish((before) =>
      key === undefined
        ? [...before, entry({ houseId, profileId, scale })]
        : before.map((one) => (one.key === key ? { ...one, profileId, scale } : one)),
    );
  };
  const empty = houses.length - withLoad.size;
  const allShown = shown.length > 0 && shown.every((house) => chosen.has(house.id));

  return (
    <Stack gap="lg">
      {mayChange && (
        <SaveBar
          dirty={list.dirty}
          saving={list.saving.isPending}
          onSave={list.save}
          undo={list.undo}
          redo={list.redo}
          onList={() => setListOpened(true)}
        />
      )}
      {list.saving.isError && <ProblemNotice problem={list.saving.error} />}
      {empty > 0 && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={20} />}>
          {t("assign.empty", { count: empty })}
        </Alert>
      )}
      <Surface>
        <Stack>
          <Filters houses={houses} filters={filters} onFilter={onFilter} emptyCount={empty} />
          {mayChange && (
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                onClick={() => setChosen(new Set(allShown ? [] : [...chosen, ...shown.map((house) => house.id)]))}
              >
                {allShown ? t("assign.chooseNone") : t("assign.chooseShown", { count: shown.length })}
              </Button>
            </Group>
          )}
          <HouseTable
            houses={shown}
            entries={entries}
            profiles={byId}
            types={types}
            chosen={mayChange ? chosen : null}
            onChoose={setChosen}
            onEdit={onEdit}
            onAdd={onAdd}
          />
        </Stack>
      </Surface>
      {mayChange && (
        <BulkPanel
          profiles={power}
          houseIds={houseIds}
          onApply={(bulk) => change((before) => withBulk(before, bulk, typeOf))}
          onRemove={(ids) => change((before) => before.filter((one) => !ids.includes(one.houseId)))}
        />
      )}
      <EditDialog
        editing={editing}
        profiles={power}
        onClose={() => setEditing(null)}
        onDone={edited}
        onRemove={() => finish((before) => before.filter((one) => one.key !== editing?.key))}
      />
      <ListDialog
        opened={listOpened}
        houses={houses}
        profiles={power}
        onClose={() => setListOpened(false)}
        onTake={(added, replace) => change((before) => [...(replace ? [] : before), ...added.map(entry)])}
      />
      <LeaveDialog dirty={list.dirty} save={list.save} />
    </Stack>
  );
}
