import { Select, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { VARIOUS } from "./common";
import type { EitherField } from "./fields";
import type { FieldProps } from "./props";

interface Props extends FieldProps<EitherField> {
  /** Draws the field that was chosen. */
  input: (field: EitherField["options"][number], value: unknown) => ReactNode;
}

/** One of several ways to say something: which, and then its value. `value` is a record of all options' values. */
export function EitherInput({ field, value, onChange, input, ...rest }: Props) {
  const { t } = useTranslation("topology");
  const values = value as Record<string, unknown>;
  const given = field.options.find((option) => values[option.name] != null && values[option.name] !== VARIOUS);
  const [wanted, setWanted] = useState<string | null>(null);
  const chosen = given ?? field.options.find((option) => option.name === wanted);
  const various = given === undefined && field.options.some((option) => values[option.name] === VARIOUS);
  const choose = (name: string | null) => {
    setWanted(name);
    onChange(Object.fromEntries(field.options.map((option) => [option.name, null])));
  };
  return (
    <Stack gap="xs">
      <Select
        label={t(`field.${field.text}.label`)}
        description={t(`field.${field.text}.help`)}
        placeholder={various ? t("form.various") : t("form.none")}
        data={field.options.map((option) => ({ value: option.name, label: t(`field.${option.text}.label`) }))}
        value={chosen?.name ?? null}
        clearable
        disabled={rest.disabled}
        inputWrapperOrder={rest.inputWrapperOrder}
        onChange={choose}
      />
      {chosen && input(chosen, values[chosen.name])}
    </Stack>
  );
}
