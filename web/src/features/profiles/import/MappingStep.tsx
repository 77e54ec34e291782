import { SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Surface } from "@/shared/ui/Surface";
import { ColumnsTable } from "./ColumnsTable";
import type { Draft, Inspection } from "./draft";
import { FirstRows } from "./FirstRows";
import { LongLayout } from "./LongLayout";
import { Recognised } from "./Recognised";
import { RulesForm } from "./RulesForm";

interface Props {
  inspection: Inspection;
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  zones: string[];
  /** Findings about the mapping, by field. */
  errors: Record<string, string>;
}

const SERIES_FIELD = /^mapping\.series\.(\d+)\./;

/** What was recognised, and how the columns shall be read. */
export function MappingStep({ inspection, draft, onChange, zones, errors }: Props) {
  const { t } = useTranslation("profiles");
  const byColumn = useMemo(() => {
    const series = draft.columns.filter((column) => column.use === "series");
    const found: Record<string, string> = {};
    for (const [field, message] of Object.entries(errors)) {
      const place = SERIES_FIELD.exec(field)?.[1];
      const column = place === undefined ? undefined : series[Number(place)];
      if (column) found[column.column] ??= message;
    }
    return found;
  }, [errors, draft.columns]);
  return (
    <Stack gap="lg">
      <Surface>
        <Stack gap="sm">
          <Title order={2} size="h4">
            {t("import.found.title")}
          </Title>
          <Recognised inspection={inspection} />
          <FirstRows inspection={inspection} />
        </Stack>
      </Surface>
      <Surface>
        <Stack>
          <Title order={2} size="h4">
            {t("import.columns.title")}
          </Title>
          <SegmentedControl
            aria-label={t("import.layout.label")}
            value={draft.layout}
            onChange={(layout) => onChange({ layout: layout as Draft["layout"] })}
            data={[
              { value: "wide", label: t("import.layout.wide") },
              { value: "long", label: t("import.layout.long") },
            ]}
            style={{ alignSelf: "flex-start" }}
          />
          <Text size="sm" c="dimmed">
            {t(draft.layout === "wide" ? "import.layout.wideHelp" : "import.layout.longHelp")}
          </Text>
          {draft.layout === "wide" ? (
            <ColumnsTable columns={draft.columns} onChange={(columns) => onChange({ columns })} errors={byColumn} />
          ) : (
            <LongLayout draft={draft} onChange={onChange} errors={errors} />
          )}
        </Stack>
      </Surface>
      <Surface>
        <Stack>
          <Title order={2} size="h4">
            {t("import.rules.title")}
          </Title>
          <RulesForm
            rules={draft.rules}
            onChange={(change) => onChange({ rules: { ...draft.rules, ...change } })}
            hasOffset={inspection.timestamps.has_offset}
            zones={zones}
            errors={errors}
          />
        </Stack>
      </Surface>
    </Stack>
  );
}
