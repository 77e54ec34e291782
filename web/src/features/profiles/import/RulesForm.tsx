import { NumberInput, Select, SimpleGrid, Stack, TextInput, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Rules } from "./draft";
import { ZoneSelect } from "./ZoneSelect";

interface Props {
  rules: Rules;
  onChange: (change: Partial<Rules>) => void;
  /** The stamps carry an offset, so no zone is needed to read them. */
  hasOffset: boolean;
  zones: string[];
  errors: Record<string, string>;
}

const CHOICES = {
  gaps: ["refuse", "interpolate", "previous", "zero"],
  edges: ["gap", "trim"],
  duplicates: ["refuse", "first", "last", "mean"],
  negative: ["allow", "refuse", "clip_to_zero"],
  invalid: ["refuse", "skip"],
  dst: ["in_order", "first", "refuse"],
  interval_label: ["start", "end"],
  source_type: ["upload", "measured", "forecast"],
} as const;
type Choice = keyof typeof CHOICES;

/** How to read the clock, and what to do about gaps, repeated stamps and what can't be read. */
export function RulesForm({ rules, onChange, hasOffset, zones, errors }: Props) {
  const { t } = useTranslation("profiles");
  const choice = (name: Choice) => (
    <Select
      label={t(`import.rules.${name}.label`)}
      data={CHOICES[name].map((value) => ({
        value,
        label: t(`import.rules.${name}.${value}` as "import.rules.gaps.zero"),
      }))}
      value={rules[name]}
      allowDeselect={false}
      error={errors[`mapping.${name}`]}
      onChange={(value) => value && onChange({ [name]: value } as Partial<Rules>)}
    />
  );
  return (
    <Stack>
      <Title order={3} size="h5">
        {t("import.rules.time")}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        <ZoneSelect
          label={t("import.rules.timezone")}
          description={t(hasOffset ? "import.rules.timezoneKnown" : "import.rules.timezoneHelp")}
          value={rules.timezone}
          onChange={(timezone) => onChange({ timezone })}
          near={zones}
          withOffsets
          disabled={hasOffset}
          error={errors["mapping.timezone"]}
        />
        <TextInput
          label={t("import.rules.format")}
          description={t("import.rules.formatHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder={t("import.rules.found")}
          value={rules.timestamp_format ?? ""}
          error={errors["mapping.timestamp_format"]}
          onChange={(event) => onChange({ timestamp_format: event.currentTarget.value || null })}
        />
        <NumberInput
          label={t("import.rules.step")}
          description={t("import.rules.stepHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder={t("import.rules.found")}
          min={1}
          max={1440}
          allowDecimal={false}
          value={rules.step_minutes ?? ""}
          error={errors["mapping.step_minutes"]}
          onChange={(value) => onChange({ step_minutes: value === "" ? null : Number(value) })}
        />
        {choice("interval_label")}
        {!hasOffset && choice("dst")}
        <Select
          label={t("import.rules.decimal")}
          placeholder={t("import.rules.found")}
          data={[
            { value: ".", label: t("import.rules.point") },
            { value: ",", label: t("import.rules.comma") },
          ]}
          value={rules.decimal ?? null}
          error={errors["mapping.decimal"]}
          onChange={(decimal) => onChange({ decimal: decimal as Rules["decimal"] })}
        />
      </SimpleGrid>
      <Title order={3} size="h5">
        {t("import.rules.mend")}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {choice("gaps")}
        <NumberInput
          label={t("import.rules.longestGap")}
          placeholder={t("import.rules.anyGap")}
          min={1}
          allowDecimal={false}
          disabled={rules.gaps === "refuse"}
          value={rules.max_gap_steps ?? ""}
          error={errors["mapping.max_gap_steps"]}
          onChange={(value) => onChange({ max_gap_steps: value === "" ? null : Number(value) })}
        />
        {choice("edges")}
        {choice("duplicates")}
        {choice("invalid")}
        {choice("negative")}
        {choice("source_type")}
      </SimpleGrid>
    </Stack>
  );
}
