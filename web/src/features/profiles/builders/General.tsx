import { NumberInput, SegmentedControl, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { ZoneSelect } from "../import/ZoneSelect";
import type { Grid } from "../queries";
import type { BuildForm, Period } from "./request";

interface Props {
  form: UseFormReturnType<BuildForm>;
  grids: Grid[];
  periodRequired: boolean;
  onGrid: (grid: Grid) => void;
}

const STEPS = [5, 15, 30, 60];

/** Name, zone, period and step: what every builder needs. */
export function General({ form, grids, periodRequired, onGrid }: Props) {
  const { t } = useTranslation("profiles");
  const periods: Period[] = periodRequired ? ["year", "dates"] : ["year", "dates", "profiles"];
  const { period, timezone } = form.values;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t("build.name")} required maxLength={200} {...form.getInputProps("name")} />
        {grids.length > 0 && (
          <Select
            label={t("build.community")}
            description={t("build.communityHelp")}
            data={grids.map((grid) => ({ value: String(grid.id), label: grid.name }))}
            defaultValue={String(grids[0]?.id)}
            allowDeselect={false}
            inputWrapperOrder={["label", "input", "description", "error"]}
            onChange={(id) => {
              const grid = grids.find((one) => String(one.id) === id);
              if (grid) onGrid(grid);
            }}
          />
        )}
      </SimpleGrid>
      <SegmentedControl
        aria-label={t("build.period.label")}
        data={periods.map((value) => ({ value, label: t(`build.period.${value}`) }))}
        style={{ alignSelf: "flex-start" }}
        {...form.getInputProps("period")}
      />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        {period === "year" && (
          <NumberInput
            label={t("build.year")}
            min={1970}
            max={2198}
            allowDecimal={false}
            thousandSeparator=""
            required
            {...form.getInputProps("year")}
          />
        )}
        {period === "dates" && (
          <>
            <TextInput type="date" label={t("build.firstDay")} required {...form.getInputProps("firstDay")} />
            <TextInput type="date" label={t("build.lastDay")} required {...form.getInputProps("lastDay")} />
          </>
        )}
        <ZoneSelect
          label={t("build.timezone")}
          value={timezone}
          onChange={(zone) => form.setFieldValue("timezone", zone)}
          near={grids.map((grid) => grid.timezone)}
          error={form.errors.timezone as string | undefined}
        />
        <Select
          label={t("build.step")}
          data={STEPS.map((minutes) => ({ value: String(minutes), label: t("minutes", { count: minutes }) }))}
          allowDeselect={false}
          {...form.getInputProps("stepMinutes")}
        />
      </SimpleGrid>
    </Stack>
  );
}
