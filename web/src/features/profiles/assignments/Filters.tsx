import { Button, Group, Select, Switch, TextInput } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { House } from "../queries";
import type { HouseFilters } from "./plan";

interface Props {
  houses: House[];
  filters: HouseFilters;
  onFilter: (change: HouseFilters) => void;
  /** Houses without load. */
  emptyCount: number;
}

/** Which houses are shown, and so can be chosen at once. */
export function Filters({ houses, filters, onFilter, emptyCount }: Props) {
  const { t } = useTranslation("profiles");
  const { flags, kinds } = useMemo(
    () => ({
      flags: [...new Set(houses.flatMap((house) => house.flags ?? []))].sort(),
      kinds: [...new Set(houses.map((house) => house.house_type ?? ""))].filter(Boolean).sort(),
    }),
    [houses],
  );
  const only = houses.find((house) => house.id === filters.house);
  return (
    <Group gap="sm" align="flex-end">
      <TextInput
        label={t("assign.filter.name")}
        leftSection={<IconSearch size={16} />}
        value={filters.name ?? ""}
        onChange={(event) => onFilter({ name: event.currentTarget.value || undefined })}
      />
      {flags.length > 0 && (
        <Select
          label={t("assign.filter.flag")}
          placeholder={t("list.any")}
          data={flags}
          value={filters.flag ?? null}
          onChange={(flag) => onFilter({ flag: flag ?? undefined })}
          clearable
        />
      )}
      {kinds.length > 1 && (
        <Select
          label={t("assign.filter.kind")}
          placeholder={t("list.any")}
          data={kinds}
          value={filters.kind ?? null}
          onChange={(kind) => onFilter({ kind: kind ?? undefined })}
          clearable
        />
      )}
      <Switch
        mb={8}
        label={t("assign.filter.empty", { count: emptyCount })}
        checked={filters.only === "empty"}
        onChange={(event) => onFilter({ only: event.currentTarget.checked ? "empty" : undefined })}
      />
      {only && (
        <Button
          variant="light"
          size="sm"
          rightSection={<IconX size={14} />}
          onClick={() => onFilter({ house: undefined })}
        >
          {t("assign.filter.onlyHouse", { name: only.name })}
        </Button>
      )}
    </Group>
  );
}
