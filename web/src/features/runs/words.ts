import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Choice } from "./form/entries";
import {
  ALLOCATIONS,
  BID_STRATEGIES,
  CHARGE_STRATEGIES,
  DETAILS,
  LEFT_OVERS,
  PRICE_RULES,
  PRICINGS,
  STORAGE_STRATEGIES,
} from "./form/values";

const CHARGES = ["own", ...CHARGE_STRATEGIES] as const;
const TARIFFS = ["flat", "time_of_use", "series"] as const;
const INCENTIVES = ["none", "fixed", "it_cer"] as const;

/** The rules that a run can have, each with a name and a sentence. */
export function useChoices() {
  const { t } = useTranslation("runs");
  return useMemo(() => {
    const worded = <Value extends string>(values: readonly Value[], words: (value: Value) => [string, string]) =>
      values.map((value): Choice<Value> => {
        const [name, help] = words(value);
        return { value, name, help };
      });
    return {
      allocation: worded(ALLOCATIONS, (v) => [t(`choice.allocation.${v}.name`), t(`choice.allocation.${v}.help`)]),
      pricing: worded(PRICINGS, (v) => [t(`choice.pricing.${v}.name`), t(`choice.pricing.${v}.help`)]),
      storage: worded(STORAGE_STRATEGIES, (v) => [t(`choice.storage.${v}.name`), t(`choice.storage.${v}.help`)]),
      charge: worded(CHARGES, (v) => [t(`choice.charge.${v}.name`), t(`choice.charge.${v}.help`)]),
      bid: worded(BID_STRATEGIES, (v) => [t(`choice.bid.${v}.name`), t(`choice.bid.${v}.help`)]),
      priceRule: worded(PRICE_RULES, (v) => [t(`choice.priceRule.${v}.name`), t(`choice.priceRule.${v}.help`)]),
      leftOver: worded(LEFT_OVERS, (v) => [t(`choice.leftOver.${v}.name`), t(`choice.leftOver.${v}.help`)]),
      detail: worded(DETAILS, (v) => [t(`choice.detail.${v}.name`), t(`choice.detail.${v}.help`)]),
      tariff: worded(TARIFFS, (v) => [t(`choice.tariff.${v}.name`), t(`choice.tariff.${v}.help`)]),
      incentive: worded(INCENTIVES, (v) => [t(`choice.incentive.${v}.name`), t(`choice.incentive.${v}.help`)]),
    };
  }, [t]);
}

export type Choices = ReturnType<typeof useChoices>;

/** The name of a value among choices; the value itself where a newer service knows more than this page. */
export function nameIn(choices: { value: string; name: string }[], value: string): string {
  return choices.find((choice) => choice.value === value)?.name ?? value;
}
