import { TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { VARIOUS } from "./common";
import type { SpecialField } from "./fields";
import type { FieldProps } from "./props";

/** The powers that a charge point knows, as chips. */
export function LevelsInput({ field, value, onChange, error, currency: _, ...rest }: FieldProps<SpecialField>) {
  const { t } = useTranslation("topology");
  const { number } = useFormats();
  const levels = value === VARIOUS ? [] : ((value ?? []) as number[]);
  const read = (text: string) => Number(text.replace(",", ".").replace(/[^\d.]/g, ""));
  return (
    <TagsInput
      label={t(`field.${field.text}.label`)}
      description={t(`field.${field.text}.help`)}
      placeholder={value === VARIOUS ? t("form.various") : undefined}
      value={levels.map((level) => `${number(level, 3)} kW`)}
      error={error}
      maxTags={50}
      acceptValueOnBlur
      onChange={(texts) => {
        const powers = texts.map(read).filter((power) => power > 0);
        onChange({ [field.name]: [...new Set(powers)].sort((a, b) => a - b) });
      }}
      {...rest}
    />
  );
}
