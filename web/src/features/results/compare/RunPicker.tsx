import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/shared/api/client";
import { useFormats } from "@/shared/format/formats";
import { MOST_RUNS } from "../parts/parameters";

interface Props {
  chosen: number[];
  onChange: (ids: number[]) => void;
}

/** Which runs are compared; the first is what the others are measured by. */
export function RunPicker({ chosen, onChange }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const formats = useFormats();
  const runs = useQuery(
    $api.queryOptions("get", "/api/v1/runs", { params: { query: { status: "succeeded", limit: 1000 } } }),
  );
  const data = useMemo(() => {
    const listed = (runs.data?.items ?? []).map((run) => ({
      value: String(run.id),
      label: `#${run.id} ${run.name ?? formats.date(run.created_at, "UTC")}`,
    }));
    const known = new Set(listed.map((option) => option.value));
    return [
      ...listed,
      ...chosen
        .map(String)
        .filter((id) => !known.has(id))
        .map((id) => ({ value: id, label: `#${id}` })),
    ];
  }, [runs.data, chosen, formats]);
  return (
    <MultiSelect
      label={t("compare.picker.label")}
      description={t("compare.picker.help")}
      placeholder={chosen.length < MOST_RUNS ? t("compare.picker.placeholder") : undefined}
      data={data}
      value={chosen.map(String)}
      onChange={(ids) => onChange(ids.map(Number))}
      maxValues={MOST_RUNS}
      searchable
      clearable
      limit={50}
      hidePickedOptions
      nothingFoundMessage={t("common:state.noMatch")}
      maw={820}
    />
  );
}
