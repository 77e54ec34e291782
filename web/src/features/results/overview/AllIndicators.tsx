import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { ChangeText } from "../parts/ChangeText";
import { IndicatorLabel } from "../parts/Explained";
import { changeOf, INDICATORS, type IndicatorFacts, valueOfRun, written } from "../parts/indicators";
import { referenceOf } from "../parts/reference";
import type { Indicators, Summary } from "../queries";

/** Every indicator with its unit and, where there is one to compare with, its change. */
export function AllIndicators({ summary, baseline }: { summary: Summary; baseline: Indicators | null }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const columns = useMemo((): Column<IndicatorFacts>[] => {
    const now = (facts: IndicatorFacts) => valueOfRun(summary, facts);
    const before = (facts: IndicatorFacts) => referenceOf(facts.name, summary, baseline);
    const unit = (facts: IndicatorFacts) => summary.units[facts.name] ?? "1";
    const write = (facts: IndicatorFacts, value: number | string | null | undefined) =>
      written(formats, facts.name, value, unit(facts), summary.timezone);
    const all: Column<IndicatorFacts>[] = [
      {
        id: "name",
        header: t("overview.all.indicator"),
        value: (facts) => withUnit(t(`indicator.${facts.name}.name`), unit(facts)),
        render: (facts) => <IndicatorLabel name={facts.name} />,
      },
      { id: "group", header: t("overview.all.group"), value: (facts) => t(`overview.groups.${facts.group}`) },
      {
        id: "value",
        header: t("overview.all.value"),
        value: (facts) => now(facts) ?? null,
        render: (facts) => write(facts, now(facts)),
        numeric: true,
      },
    ];
    if (baseline === null) return all;
    return [
      ...all,
      {
        id: "before",
        header: t("overview.all.without"),
        value: (facts) => before(facts) ?? null,
        render: (facts) => write(facts, before(facts)),
        numeric: true,
      },
      {
        id: "change",
        header: t("overview.all.change"),
        value: (facts) => changeOf(facts.name, now(facts), before(facts))?.difference ?? null,
        render: (facts) => {
          const change = changeOf(facts.name, now(facts), before(facts));
          return change && <ChangeText name={facts.name} unit={unit(facts)} change={change} />;
        },
        numeric: true,
      },
    ];
  }, [summary, baseline, formats, t]);
  const rows = useMemo(() => INDICATORS.filter((facts) => valueOfRun(summary, facts) !== undefined), [summary]);
  return (
    <DataTable
      label={t("overview.all.title")}
      rows={rows}
      columns={columns}
      rowKey={(facts) => facts.name}
      height={520}
    />
  );
}

/** In the CSV numbers stand in the unit in which they are stored; who reads it must know which. */
function withUnit(name: string, unit: string): string {
  return unit === "1" ? name : `${name} [${unit}]`;
}
