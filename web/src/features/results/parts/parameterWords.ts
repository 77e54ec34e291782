import { useTranslation } from "react-i18next";
import { type Formats, useFormats } from "@/shared/format/formats";

/** Parameters whose values are words of the app, by the last part of their path. */
const WORDED = new Set([
  "allocation",
  "pricing",
  "storage_strategy",
  "charge_strategy",
  "left_over",
  "detail",
  "kind",
  "strategy",
  "price_rule",
  "plant_class",
  "region",
]);

export interface ParameterWords {
  name: (path: string) => string;
  value: (path: string, value: unknown, currency: string) => string;
  /** For sorting: related parameters beside each other, unknown ones last. */
  order: (path: string) => number;
}

/** Names and values of run parameters in words; what is not known keeps its own name. */
export function useParameterWords(): ParameterWords {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const keys = Object.keys(t("compare.parameter", { returnObjects: true }));
  const order = (path: string) => {
    const index = keys.indexOf(path.replaceAll(".", "_"));
    return index < 0 ? keys.length : index;
  };
  return {
    order,
    name: (path) => t(`compare.parameter.${path.replaceAll(".", "_")}` as "compare.parameter.allocation", path),
    value: (path, value, currency) => {
      const last = path.split(".").at(-1) as string;
      if (value === undefined || value === null) return t("compare.notGiven");
      if (typeof value === "boolean") return t(value ? "compare.yes" : "compare.no");
      if (path === "tariff.periods") return periodWords(formats, String(value), currency);
      if (last.endsWith("_id") || last === "seed") return String(value);
      if (typeof value === "number") return numberWords(formats, path, value, currency);
      if (WORDED.has(last))
        return t(`compare.value.${last}.${value}` as "compare.value.allocation.none", String(value));
      return String(value);
    },
  };
}

function numberWords(formats: Formats, path: string, value: number, currency: string): string {
  if (path.endsWith("_eur_per_kwh")) return formats.price(value, currency);
  if (path.endsWith("_eur_per_mwh")) return `${formats.money(value, currency)}/MWh`;
  if (path.endsWith("_kg_per_kwh") || path === "carbon.kg_per_kwh") return `${formats.number(value, 4)} kg/kWh`;
  if (path.endsWith("_kwh")) return formats.quantity(value, "kWh", 3);
  if (path.endsWith("_kw")) return formats.quantity(value, "kW");
  if (path.endsWith("_minutes")) return `${formats.number(value)} min`;
  return formats.number(value, 4);
}

interface Period {
  from: string;
  to: string;
  retail_eur_per_kwh: number;
}

/** "06:00–09:00: €0.31/kWh; …"; lists arrive as JSON. */
function periodWords(formats: Formats, json: string, currency: string): string {
  const periods = JSON.parse(json) as Period[];
  return periods
    .map((period) => `${period.from}–${period.to}: ${formats.price(period.retail_eur_per_kwh, currency)}`)
    .join("; ");
}
