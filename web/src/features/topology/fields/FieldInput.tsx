import { Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { VARIOUS } from "./common";
import { EitherInput } from "./EitherInput";
import { FlagsInput } from "./FlagsInput";
import type { Field } from "./fields";
import { LevelsInput } from "./LevelsInput";
import { LocationInput } from "./LocationInput";
import { NumberBox } from "./NumberBox";
import { BusInput, CurrencyInput, HouseTypeInput, TimezoneInput } from "./pickers";
import type { FieldProps } from "./props";
import { TripsInput } from "./TripsInput";

/** The input of a field of one or several nodes. */
export function FieldInput<F extends Field>(props: FieldProps<F>) {
  const { field } = props;
  switch (field.type) {
    case "number":
      return <NumberField {...props} field={field} />;
    case "text":
      return <TextField {...props} field={field} />;
    case "choice":
      return <ChoiceField {...props} field={field} />;
    case "either":
      return (
        <EitherInput
          {...props}
          field={field}
          input={(option, value) => <FieldInput {...props} field={option} value={value} />}
        />
      );
    case "flags":
      return <FlagsInput {...props} field={field} />;
    case "houseType":
      return <HouseTypeInput {...props} field={field} />;
    case "bus":
      return <BusInput {...props} field={field} />;
    case "timezone":
      return <TimezoneInput {...props} field={field} />;
    case "currency":
      return <CurrencyInput {...props} field={field} />;
    case "location":
      return <LocationInput {...props} field={field} />;
    case "trips":
      return <TripsInput {...props} field={field} />;
    case "levels":
      return <LevelsInput {...props} field={field} />;
  }
}

function NumberField({ field, value, onChange, error, currency, ...rest }: FieldProps<Field & { type: "number" }>) {
  const { t } = useTranslation("topology");
  const factor = field.unit === "1" ? 100 : 1;
  const absent = field.required ? "" : field.standard === undefined ? t("form.none") : `${field.standard * factor}`;
  return (
    <NumberBox
      label={t(`field.${field.text}.label`)}
      description={t(`field.${field.text}.help`)}
      placeholder={value === VARIOUS ? t("form.various") : absent}
      unit={t(`unit.${field.unit}`, { currency })}
      factor={factor}
      withAsterisk={field.required}
      error={error}
      value={typeof value === "number" ? value : null}
      // Without a value the service takes its own standard; of others it wants to hear that there is none.
      onChange={(next) => onChange({ [field.name]: next ?? (field.standard === undefined ? null : undefined) })}
      {...rest}
    />
  );
}

function TextField({ field, value, onChange, error, currency: _, ...rest }: FieldProps<Field & { type: "text" }>) {
  const { t } = useTranslation("topology");
  return (
    <TextInput
      label={t(`field.${field.text}.label`)}
      description={t(`field.${field.text}.help`)}
      placeholder={value === VARIOUS ? t("form.various") : undefined}
      withAsterisk={field.required}
      error={error}
      value={typeof value === "string" ? value : ""}
      onChange={({ currentTarget: { value: text } }) =>
        onChange({ [field.name]: text === "" && !field.required ? null : text })
      }
      {...rest}
    />
  );
}

function ChoiceField({ field, value, onChange, error, currency: _, ...rest }: FieldProps<Field & { type: "choice" }>) {
  const { t } = useTranslation("topology");
  return (
    <Select
      label={t(`field.${field.text}.label`)}
      description={t(`field.${field.text}.help`)}
      placeholder={value === VARIOUS ? t("form.various") : t("form.none")}
      data={field.options.map((option) => ({ value: option, label: t(`choice.${option}`) }))}
      value={typeof value === "string" ? value : (field.standard ?? null)}
      clearable={field.standard === undefined}
      allowDeselect={false}
      error={error}
      onChange={(next) => onChange({ [field.name]: next })}
      {...rest}
    />
  );
}
