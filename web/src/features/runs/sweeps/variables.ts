import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { STEPS } from "../form/values";
import { useChoices } from "../words";

/** One value of a varied entry: null stands for a rule that is left to the devices. */
export type Value = string | number | null;

/** An entry of a run's request that a sweep can vary. */
export interface Variable {
  path: string;
  name: string;
  unit?: string;
  /** Rules to choose from; absent where values are numbers. */
  choices?: { value: Value; name: string }[];
}

const PRICES = [
  ["tariff.retail_eur_per_kwh", "retail"],
  ["tariff.feed_in_eur_per_kwh", "feedIn"],
  ["fixed_price_eur_per_kwh", "fixedPrice"],
  ["compensation_eur_per_kwh", "compensation"],
  ["fees.grid_fee_eur_per_kwh", "gridFee"],
  ["fees.taxes_eur_per_kwh", "taxes"],
  ["fees.platform_fee_eur_per_kwh", "platformFee"],
  ["fees.local_grid_fee_eur_per_kwh", "localGridFee"],
  ["storage.charge_below_eur_per_kwh", "chargeBelow"],
  ["storage.discharge_above_eur_per_kwh", "dischargeAbove"],
] as const;

/** What can be varied, in words. */
export function useVariables(currency: string): Variable[] {
  const { t } = useTranslation("runs");
  const choices = useChoices();
  return useMemo(
    () => [
      { path: "allocation", name: t("form.allocation"), choices: choices.allocation },
      { path: "pricing", name: t("form.pricing"), choices: choices.pricing },
      { path: "storage_strategy", name: t("form.storage"), choices: choices.storage },
      {
        path: "charge_strategy",
        name: t("form.charge"),
        choices: choices.charge.map(({ value, name }) => ({ value: value === "own" ? null : value, name })),
      },
      { path: "bidding.strategy", name: t("form.bid"), choices: choices.bid },
      {
        path: "step_minutes",
        name: t("form.step"),
        choices: STEPS.map((minutes) => ({ value: minutes, name: t("form.minutes", { count: minutes }) })),
      },
      ...PRICES.map(([path, key]) => ({
        path,
        name: t(`form.${key}`),
        unit: t("form.unit.perKwh", { currency }),
      })),
      { path: "storage.peak_limit_kw", name: t("form.peakLimit"), unit: "kW" },
      { path: "minimum_trade_kwh", name: t("form.minimumTrade"), unit: "kWh" },
      { path: "bidding.k", name: t("form.k") },
      { path: "seed", name: t("form.seed") },
    ],
    [t, choices, currency],
  );
}

/** Entries of a sweep that this page can't vary itself are shown by their path. */
export function variableOf(variables: Variable[], path: string): Variable {
  return variables.find((variable) => variable.path === path) ?? { path, name: path };
}

/** A value as people read it. */
export function valueText(variable: Variable, value: unknown, number: (value: number, digits?: number) => string) {
  const choice = variable.choices?.find((candidate) => candidate.value === value);
  if (choice) return choice.name;
  if (typeof value === "number") return `${number(value, 6)}${variable.unit ? ` ${variable.unit}` : ""}`;
  return value === null || value === undefined
    ? "–"
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
}
