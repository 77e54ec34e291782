import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { SweepWithRuns } from "../queries";
import { shown, unitOf } from "./outcomes";
import { useVariables, type Variable, valueText, variableOf } from "./variables";

export const INDICATORS = [
  "bill_eur",
  "reference_bill_eur",
  "saving_eur",
  "saving_rate",
  "self_consumption_rate",
  "self_sufficiency_rate",
  "imported_kwh",
  "exported_kwh",
  "import_peak_kw",
  "export_peak_kw",
  "curtailed_kwh",
  "unserved_kwh",
  "co2_kg",
  "mean_local_price_eur_per_kwh",
] as const;

const digitsOf = (indicator: string) => (indicator.endsWith("_per_kwh") ? 4 : 1);

/** Names, units and values of a sweep's entries and indicators, as people read them. */
export function useSweepWords(sweep: SweepWithRuns, currency: string) {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  const all = useVariables(currency);
  const variables: Variable[] = useMemo(
    () => Object.keys(sweep.vary).map((path) => variableOf(all, path)),
    [all, sweep.vary],
  );
  const indicatorName = useCallback(
    (indicator: string) => {
      const known = INDICATORS.find((name) => name === indicator);
      return known ? t(`sweeps.indicator.${known}`) : indicator;
    },
    [t],
  );
  const unit = useCallback((indicator: string) => unitOf(indicator, currency), [currency]);
  const withUnit = useCallback(
    (indicator: string) => `${indicatorName(indicator)} [${unit(indicator)}]`,
    [indicatorName, unit],
  );
  const figureText = useCallback(
    (value: number | null, indicator: string) => {
      const found = shown(value, indicator);
      return found === null ? "–" : number(found, digitsOf(indicator));
    },
    [number],
  );
  const variedText = useCallback(
    (varied: Record<string, unknown>) =>
      variables.map((variable) => valueText(variable, varied[variable.path], number)).join(" · "),
    [variables, number],
  );
  const value = useCallback((variable: Variable, of: unknown) => valueText(variable, of, number), [number]);
  return { variables, indicatorName, unit, withUnit, figureText, variedText, value };
}

export type SweepWords = ReturnType<typeof useSweepWords>;
