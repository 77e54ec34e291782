import { Autocomplete, Select, TextInput } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { useEditing } from "../editor/context";
import { VARIOUS } from "./common";
import type { SpecialField } from "./fields";
import type { FieldProps } from "./props";

/** A word of one's own; those that the community uses already are offered. */
export function HouseTypeInput({ field, value, onChange, error, currency: _, ...rest }: FieldProps<SpecialField>) {
  const { t } = useTranslation("topology");
  const types = useEditing(
    useShallow(({ draft }) =>
      [...new Set(draft.transformers.flatMap((node) => node.houses.map((house) => house.house_type)))].sort(),
    ),
  );
  return (
    <Autocomplete
      label={t("field.house_type.label")}
      description={t("field.house_type.help")}
      placeholder={value === VARIOUS ? t("form.various") : undefined}
      data={types.filter((type) => type !== value && type.trim() !== "")}
      value={typeof value === "string" ? value : ""}
      error={error}
      onChange={(text) => onChange({ [field.name]: text })}
      {...rest}
    />
  );
}

/** On which bus of the electrical network houses hang; nothing without a network. */
export function BusInput({ field, value, onChange, error, currency: _, ...rest }: FieldProps<SpecialField>) {
  const { t } = useTranslation("topology");
  const network = useEditing((state) => state.draft.network);
  const buses = useMemo(() => [...new Set(network?.buses.map((bus) => bus.name))], [network]);
  if (!network) return null;
  return (
    <Select
      label={t("field.bus.label")}
      description={t("field.bus.help")}
      placeholder={value === VARIOUS ? t("form.various") : t("form.none")}
      data={buses}
      value={typeof value === "string" ? value : null}
      searchable
      clearable
      limit={100}
      error={error}
      onChange={(bus) => onChange({ [field.name]: bus })}
      {...rest}
    />
  );
}

export function TimezoneInput({ field, value, onChange, error, currency: _, ...rest }: FieldProps<SpecialField>) {
  const { t } = useTranslation("topology");
  const zones = useMemo(() => [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), String(value)])], [value]);
  return (
    <Select
      label={t("field.timezone.label")}
      description={t("field.timezone.help")}
      data={zones}
      value={String(value)}
      searchable
      allowDeselect={false}
      limit={100}
      withAsterisk
      error={error}
      onChange={(zone) => onChange({ [field.name]: zone })}
      {...rest}
    />
  );
}

export function CurrencyInput({ field, value, onChange, error, currency: _, ...rest }: FieldProps<SpecialField>) {
  const { t } = useTranslation("topology");
  return (
    <TextInput
      label={t("field.currency.label")}
      description={t("field.currency.help")}
      value={String(value ?? "")}
      withAsterisk
      maxLength={3}
      error={error}
      onChange={(event) => onChange({ [field.name]: event.currentTarget.value.toUpperCase() })}
      {...rest}
    />
  );
}
