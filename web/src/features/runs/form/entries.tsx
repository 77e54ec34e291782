import { Box, Chip, Group, Input, NumberInput, Select, Stack, Text } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { useEntry, useSurroundings } from "./context";
import type { Num } from "./values";

interface NumberProps {
  path: string;
  label: string;
  description?: ReactNode;
  unit?: string;
  min?: number;
  max?: number;
  step?: number;
  whole?: boolean;
  required?: boolean;
  disabled?: boolean;
}

const numeric = (raw: number | string): Num => {
  if (raw === "" || Number.isNaN(Number(raw))) return "";
  return Number(raw);
};

/** A number with its unit, in the reader's notation. */
export function NumberEntry({ path, unit, whole, step = whole ? 1 : 0.01, ...props }: NumberProps) {
  const { value, set, error, onBlur, onFocus } = useEntry<Num>(path);
  const { locale } = useFormats();
  // What is being typed ("0," or "-") is no number yet, but must stay on the screen.
  const [raw, setRaw] = useState<number | string>(value);
  return (
    <NumberInput
      {...props}
      name={path}
      value={numeric(raw) === value ? raw : value}
      onChange={(next) => {
        setRaw(next);
        set(numeric(next));
      }}
      onBlur={onBlur}
      onFocus={onFocus}
      error={error}
      step={step}
      allowDecimal={!whole}
      decimalSeparator={separatorOf(locale)}
      allowedDecimalSeparators={[".", ","]}
      suffix={unit ? ` ${unit}` : undefined}
      clampBehavior="none"
      inputWrapperOrder={["label", "input", "error", "description"]}
    />
  );
}

const separatorOf = (locale: string) =>
  new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";

/** A price or fee per kWh in the community's currency. */
export function PriceEntry(props: Omit<NumberProps, "unit">) {
  const { t } = useTranslation("runs");
  const { facts } = useSurroundings();
  return <NumberEntry {...props} unit={t("form.unit.perKwh", { currency: facts?.currency ?? "EUR" })} />;
}

export interface Choice<Value extends string> {
  value: Value;
  name: string;
  help: string;
}

interface ChoiceProps<Value extends string> {
  path: string;
  label: string;
  choices: Choice<Value>[];
  disabled?: boolean;
  /** In place of setting the value alone. */
  onChoose?: (value: Value) => void;
  /** Which choice stands for nothing (null) in the form. */
  absent?: Value;
  note?: ReactNode;
}

/** One of several rules. Each is explained in a sentence, the chosen one below the field as well. */
export function ChoiceEntry<Value extends string>({
  path,
  label,
  choices,
  disabled,
  onChoose,
  absent,
  note,
}: ChoiceProps<Value>) {
  const { t } = useTranslation("runs");
  const { value: held, set, error, onBlur, onFocus } = useEntry<Value | null>(path);
  const value = held ?? absent ?? null;
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Select
      label={label}
      data={choices.map(({ value, name }) => ({ value, label: name }))}
      value={value}
      onChange={(next) => next !== null && (onChoose ?? set)(next as Value)}
      onBlur={onBlur}
      onFocus={onFocus}
      error={error}
      disabled={disabled}
      allowDeselect={false}
      maxDropdownHeight={420}
      description={
        <>
          {chosen?.help}
          {disabled && ` ${t("form.byLaw")}.`}
          {note && <> {note}</>}
        </>
      }
      inputWrapperOrder={["label", "input", "error", "description"]}
      renderOption={({ option, checked }) => (
        <Box py={2}>
          <Text size="sm" fw={checked ? 700 : 600}>
            {option.label}
          </Text>
          <Text size="xs" c="dimmed">
            {choices.find((choice) => choice.value === option.value)?.help}
          </Text>
        </Box>
      )}
    />
  );
}

/** One of few kinds, all in sight. */
export function KindEntry<Value extends string>({
  label,
  value,
  kinds,
  onChoose,
  help,
}: {
  label: string;
  value: Value;
  kinds: { value: Value; name: string }[];
  onChoose: (value: Value) => void;
  help?: ReactNode;
}) {
  const heading = useId();
  return (
    <Stack gap={6}>
      <Input.Label id={heading} component="div" labelElement="div">
        {label}
      </Input.Label>
      <Chip.Group value={value} onChange={(next) => onChoose(next as Value)}>
        <Group gap="xs" role="radiogroup" aria-labelledby={heading}>
          {kinds.map((kind) => (
            <Chip key={kind.value} value={kind.value} variant="light" size="sm">
              {kind.name}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {help && (
        <Text size="xs" c="dimmed">
          {help}
        </Text>
      )}
    </Stack>
  );
}
