import { NumberInput, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import type { GetInputPropsReturnType } from "@mantine/form";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { currencies, numberMarks, timezones } from "./choices";
import type { GridValues } from "./gridFields";

interface Props {
  /** Of the form that the fields belong to. */
  inputs: (name: keyof GridValues) => GetInputPropsReturnType;
  timezone: string;
}

export function GridBasics({ inputs, timezone }: Props) {
  const { t } = useTranslation(["start", "common"]);
  const { locale } = useFormats();
  const zones = useMemo(() => timezones(timezone), [timezone]);
  const money = useMemo(() => currencies(locale), [locale]);
  return (
    <Stack>
      <TextInput label={t("field.name")} required data-autofocus {...inputs("name")} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t("field.timezone")}
          description={t("field.timezoneHelp")}
          data={zones}
          searchable
          required
          allowDeselect={false}
          nothingFoundMessage={t("common:state.noMatch")}
          limit={80}
          {...inputs("timezone")}
        />
        <Select
          label={t("field.currency")}
          description={t("field.currencyHelp")}
          data={money}
          searchable
          required
          allowDeselect={false}
          nothingFoundMessage={t("common:state.noMatch")}
          {...inputs("currency")}
        />
      </SimpleGrid>
    </Stack>
  );
}

/** What may be left empty: where it is, and how much its connection upstream carries. */
export function GridLimits({ inputs }: Pick<Props, "inputs">) {
  const { t } = useTranslation(["start", "common"]);
  const { locale } = useFormats();
  const marks = numberMarks(locale);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <NumberInput
        label={t("field.latitude")}
        description={t("field.latitudeHelp")}
        suffix=" °"
        hideControls
        {...marks}
        {...inputs("latitude")}
      />
      <NumberInput
        label={t("field.longitude")}
        description={t("field.longitudeHelp")}
        suffix=" °"
        hideControls
        {...marks}
        {...inputs("longitude")}
      />
      <NumberInput
        label={t("field.importLimit")}
        description={t("field.limitHelp")}
        suffix=" kW"
        min={0}
        hideControls
        {...marks}
        {...inputs("importLimitKw")}
      />
      <NumberInput
        label={t("field.exportLimit")}
        description={t("field.limitHelp")}
        suffix=" kW"
        min={0}
        hideControls
        {...marks}
        {...inputs("exportLimitKw")}
      />
    </SimpleGrid>
  );
}
