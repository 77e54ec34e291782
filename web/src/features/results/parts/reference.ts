import type { Indicators, Summary } from "../queries";
import type { IndicatorName } from "./indicators";

/** The same figure without a community: the bill's is exact in every run, others are those of the baseline run. */
export function referenceOf(name: IndicatorName, summary: Summary, baseline: Indicators | null) {
  if (summary.parameters.allocation === "none") return null;
  if (name === "bill_eur") return summary.indicators.reference_bill_eur;
  return baseline?.[name] ?? null;
}
