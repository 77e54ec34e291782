import type { Formats } from "@/shared/format/formats";
import type { Summary } from "../queries";

/** What a community wants to know first of a run. */
export const HEADLINE = [
  "self_sufficiency_rate",
  "self_consumption_rate",
  "bought_local_kwh",
  "saving_eur",
  "import_peak_kw",
  "co2_kg",
] as const;
export type Headline = (typeof HEADLINE)[number];

export interface Figure {
  name: Headline;
  value: string;
  /** The same as a share, where it says more: the saving of what it would cost alone. */
  share: string | null;
}

/** The figures that a run has, in the units that read best; what it does not have is left out. */
export function figuresOf(
  { indicators, currency }: Pick<Summary, "indicators" | "currency">,
  formats: Formats,
): Figure[] {
  return HEADLINE.flatMap((name) => {
    const value = indicators[name];
    if (typeof value !== "number") return [];
    return [{ name, value: shown(name, value, currency, formats), share: shareOf(name, indicators, formats) }];
  });
}

function shown(name: Headline, value: number, currency: string, formats: Formats): string {
  if (name.endsWith("_rate")) return formats.percent(value);
  if (name === "saving_eur") return formats.money(value, currency, 0);
  if (name === "import_peak_kw") return formats.quantity(value, "kW");
  return formats.quantity(value, name === "co2_kg" ? "kg" : "kWh");
}

function shareOf(name: Headline, indicators: Summary["indicators"], formats: Formats): string | null {
  const rate = indicators.saving_rate;
  return name === "saving_eur" && typeof rate === "number" ? formats.percent(rate) : null;
}
