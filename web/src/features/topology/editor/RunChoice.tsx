import { Select } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Run } from "../queries";

interface Props {
  runs: Run[];
  value: number;
  onChange: (run: number) => void;
  timezone: string;
}

/** The run whose loading the transformers show. */
export function RunChoice({ runs, value, onChange, timezone }: Props) {
  const { t } = useTranslation("topology");
  const { date } = useFormats();
  return (
    <Select
      w={{ base: "100%", xs: 210 }}
      aria-label={t("run.label")}
      title={t("run.label")}
      leftSection={<IconActivity size={16} />}
      data={runs.map((run) => ({
        value: String(run.id),
        label: run.name ?? t("run.unnamed", { id: run.id, date: date(run.created_at, timezone) }),
      }))}
      value={String(value)}
      allowDeselect={false}
      comboboxProps={{ width: 300, position: "bottom-end" }}
      onChange={(next) => next && onChange(Number(next))}
    />
  );
}
