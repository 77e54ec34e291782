import { Autocomplete, Group, Select, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RunStatus } from "@/shared/runs/queries";
import { useGrids } from "../queries";
import type { RunFilters as Filters } from "./useRuns";

const STATES: RunStatus[] = ["queued", "running", "succeeded", "failed", "cancelled"];

interface Props {
  filters: Filters & { sweeps?: "show" };
  tags: string[];
  onChange: (filters: Filters & { sweeps?: "show" }) => void;
}

/** What the list is narrowed to; kept in the address. */
export function RunFilters({ filters, tags, onChange }: Props) {
  const { t } = useTranslation("runs");
  const grids = useGrids().data ?? [];
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={t("list.filterStatus")}
        placeholder={t("list.any")}
        clearable
        w={150}
        data={STATES.map((value) => ({ value, label: t(`status.${value}`) }))}
        value={filters.status ?? null}
        onChange={(status) => onChange({ ...filters, status: (status as RunStatus) ?? undefined })}
      />
      <Select
        label={t("list.filterCommunity")}
        placeholder={t("list.any")}
        clearable
        searchable={grids.length > 8}
        w={200}
        data={grids.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={filters.grid === undefined ? null : String(filters.grid)}
        onChange={(grid) => onChange({ ...filters, grid: grid === null ? undefined : Number(grid) })}
      />
      <Autocomplete
        key={filters.tag}
        label={t("list.filterTag")}
        placeholder={t("list.any")}
        clearable
        w={160}
        data={tags}
        defaultValue={filters.tag ?? ""}
        onOptionSubmit={(tag) => onChange({ ...filters, tag })}
        onClear={() => onChange({ ...filters, tag: undefined })}
        onKeyDown={(event) =>
          event.key === "Enter" && onChange({ ...filters, tag: event.currentTarget.value.trim() || undefined })
        }
      />
      <Switch
        label={t("list.sweeps")}
        checked={filters.sweeps === "show"}
        onChange={(event) => onChange({ ...filters, sweeps: event.currentTarget.checked ? "show" : undefined })}
        mb={8}
      />
    </Group>
  );
}
