import type { Summary } from "../queries";

export type WarningKind = "proof" | "unserved" | "overloaded" | "voltage" | "curtailed" | "heat" | "shortfall";

export interface Warning {
  kind: WarningKind;
  severity: "severe" | "mild";
  /** The energy, or how many, that it is about. */
  kwh?: number;
  share?: number;
  count?: number;
  names?: string[];
  /** Where more about it is. */
  page: "transformers" | "houses" | "details" | null;
}

interface Found {
  summary: Summary;
  /** Names of transformers that were above their capacity for some time. */
  overloaded: string[];
  network?: { houses: number; lines: number };
}

/** Less than this part of what it belongs to is rounding. */
const NEGLIGIBLE = 1e-6;

/** What people have to know about a run before they trust its figures, the gravest first. */
export function warningsOf({ summary, overloaded, network }: Found): Warning[] {
  const read = (name: string) => {
    const value = summary.indicators[name];
    return typeof value === "number" ? value : 0;
  };
  const found: Warning[] = [];
  if (summary.proof?.ok === false) found.push({ kind: "proof", severity: "severe", page: "details" });
  const energy = (
    kind: WarningKind,
    name: string,
    of: number,
    severity: Warning["severity"],
    page: Warning["page"],
  ) => {
    const kwh = read(name);
    if (kwh > NEGLIGIBLE * of) found.push({ kind, severity, kwh, share: of > 0 ? kwh / of : undefined, page });
  };
  energy("unserved", "unserved_kwh", read("load_kwh") + read("driven_kwh"), "severe", "houses");
  if (overloaded.length > 0) {
    found.push({
      kind: "overloaded",
      severity: "severe",
      count: overloaded.length,
      names: overloaded.slice(0, 5),
      page: "transformers",
    });
  }
  const violations = network ? network.houses + network.lines : 0;
  if (violations > 0) found.push({ kind: "voltage", severity: "severe", count: violations, page: "transformers" });
  energy("curtailed", "curtailed_kwh", read("generation_kwh"), "mild", "transformers");
  energy("heat", "unmet_heat_kwh", read("heat_kwh") + read("unmet_heat_kwh"), "mild", "houses");
  energy("shortfall", "ev_shortfall_kwh", read("driven_kwh") + read("ev_shortfall_kwh"), "mild", "houses");
  return found;
}
