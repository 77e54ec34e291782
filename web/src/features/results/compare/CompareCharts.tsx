import { MultiSelect, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import { INDICATORS, type IndicatorName, written } from "../parts/indicators";
import type { Summary } from "../queries";
import { barsOption, FIRST_SHOWN, linesOption, MONTHLY, monthsOf, monthValues, relativeTo } from "./charts";
import { runTitle } from "./titles";

interface Props {
  runs: Summary[];
  shown: IndicatorName[];
  onShown: (names: IndicatorName[]) => void;
  monthly: IndicatorName;
  onMonthly: (name: IndicatorName) => void;
}

export function CompareCharts(props: Props) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Bars {...props} />
      <Lines {...props} />
    </SimpleGrid>
  );
}

function Bars({ runs, shown, onShown }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const palette = usePalette();
  const { shown: relative, left } = useMemo(() => relativeTo(runs, shown), [runs, shown]);
  const words = useMemo(() => (name: IndicatorName) => t(`indicator.${name}.name`), [t]);
  const option = useMemo(
    () => barsOption(runs, relative, words, palette, formats),
    [runs, relative, words, palette, formats],
  );
  const choices = useMemo(
    () =>
      INDICATORS.filter(({ name }) => typeof (runs[0]?.indicators[name] ?? runs[0]?.fairness[name]) === "number").map(
        ({ name }) => ({ value: name, label: words(name) }),
      ),
    [runs, words],
  );
  return (
    <Surface>
      <Stack gap="sm">
        <MultiSelect
          label={t("compare.charts.choose")}
          data={choices}
          value={shown}
          onChange={(names) => onShown(names.length === 0 ? FIRST_SHOWN : (names as IndicatorName[]))}
          maxValues={10}
          searchable
          hidePickedOptions
        />
        <Chart
          label={t("compare.charts.bars")}
          title={t("compare.charts.bars")}
          option={option}
          height={Math.max(220, 70 + relative.length * (18 * runs.length + 16))}
          table={() => ({
            columns: [t("overview.all.indicator"), ...runs.map(runTitle)],
            rows: relative.map(({ name }) => [
              words(name),
              ...runs.map((run) =>
                written(
                  formats,
                  name,
                  run.indicators[name] ?? run.fairness[name],
                  run.units[name] ?? "1",
                  run.timezone,
                ),
              ),
            ]),
          })}
        />
        {left.length > 0 && (
          <Text size="sm" c="dimmed">
            {t("compare.charts.left", { names: left.map(words).join(", ") })}
          </Text>
        )}
      </Stack>
    </Surface>
  );
}

function Lines({ runs, monthly, onMonthly }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const palette = usePalette();
  const option = useMemo(() => linesOption(runs, monthly, palette, formats), [runs, monthly, palette, formats]);
  const months = monthsOf(runs);
  return (
    <Surface>
      <Stack gap="sm">
        <Select
          label={t("compare.charts.monthly")}
          data={MONTHLY.map((name) => ({ value: name, label: t(`indicator.${name}.name`) }))}
          value={monthly}
          onChange={(name) => name && onMonthly(name as IndicatorName)}
          allowDeselect={false}
        />
        <Chart
          label={t("compare.charts.lines", { name: t(`indicator.${monthly}.name`) })}
          option={option}
          height={380}
          table={() => ({
            columns: [t("overview.months.month"), ...runs.map(runTitle)],
            rows: months.map((month, index) => [
              month,
              ...runs.map((run) =>
                written(
                  formats,
                  monthly,
                  monthValues(run, monthly, months)[index],
                  run.units[monthly] ?? "1",
                  run.timezone,
                ),
              ),
            ]),
          })}
        />
      </Stack>
    </Surface>
  );
}
