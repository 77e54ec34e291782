import { Autocomplete, Select, SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PROFILE_TYPES, type ProfileType } from "../queries";
import { DEFAULT_UNIT, type Draft, UNITS } from "./draft";

interface Props {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  errors: Record<string, string>;
}

/** A file with a row for each value: which column names the series, which holds the value, which the time. */
export function LongLayout({ draft, onChange, errors }: Props) {
  const { t } = useTranslation("profiles");
  const names = draft.columns.map((column) => column.column);
  const stamp = draft.columns.find((column) => column.use === "timestamp")?.column ?? null;
  const setStamp = (name: string | null) =>
    onChange({
      columns: draft.columns.map((column) => ({ ...column, use: column.column === name ? "timestamp" : "skip" })),
    });
  const setType = (type: ProfileType) =>
    onChange({
      longType: type,
      longUnit: UNITS[type].includes(draft.longUnit) ? draft.longUnit : DEFAULT_UNIT[type],
    });
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      <Select label={t("import.long.time")} data={names} value={stamp} onChange={setStamp} required />
      <Select
        label={t("import.long.series")}
        data={names}
        value={draft.seriesColumn}
        onChange={(seriesColumn) => onChange({ seriesColumn })}
        error={errors["mapping.series_column"]}
        required
      />
      <Select
        label={t("import.long.value")}
        data={names}
        value={draft.valueColumn}
        onChange={(valueColumn) => onChange({ valueColumn })}
        error={errors["mapping.value_column"]}
        required
      />
      <Select
        label={t("field.type")}
        data={PROFILE_TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }))}
        value={draft.longType}
        allowDeselect={false}
        onChange={(type) => setType(type as ProfileType)}
      />
      <Autocomplete
        label={t("field.unit")}
        data={UNITS[draft.longType]}
        value={draft.longUnit}
        onChange={(longUnit) => onChange({ longUnit })}
        error={errors["mapping.unit"]}
      />
    </SimpleGrid>
  );
}
