import type { Schemas } from "@/shared/api/client";
import type { ProfileType } from "../queries";

export type Inspection = Schemas["InspectionOut"];
export type Mapping = Schemas["Mapping"];
type SeriesMapping = Schemas["SeriesMapping"];

export type Use = "timestamp" | "series" | "skip";

/** What becomes of one column of the file. */
export interface ColumnDraft {
  column: string;
  kind: Inspection["columns"][number]["kind"];
  use: Use;
  name: string;
  type: ProfileType;
  unit: string;
}

/** How to treat what is not as it should be; all fields are the service's own. */
export type Rules = Required<
  Pick<
    Mapping,
    "timezone" | "interval_label" | "gaps" | "edges" | "duplicates" | "negative" | "invalid" | "dst" | "source_type"
  >
> &
  Pick<Mapping, "step_minutes" | "max_gap_steps" | "decimal" | "timestamp_format">;

export interface Draft {
  /** Wide: a column for each series. Long: a row for each value, a column names the series. */
  layout: "wide" | "long";
  columns: ColumnDraft[];
  seriesColumn: string | null;
  valueColumn: string | null;
  /** Of all series of a long file. */
  longType: ProfileType;
  longUnit: string;
  rules: Rules;
  /** What was found in the file and is handed back as it is. */
  found: Pick<Mapping, "delimiter" | "header" | "skip_lines">;
}

export const DEFAULT_UNIT: Record<ProfileType, string> = {
  load: "kW",
  heat: "kW",
  ev: "kW",
  solar: "kW",
  wind: "kW",
  schedule: "kW",
  price: "EUR/kWh",
  carbon: "kg/kWh",
  weather: "degC",
};
const POWER_UNITS = ["kW", "W", "MW", "kWh", "Wh", "MWh", "pu"];
export const UNITS: Record<ProfileType, string[]> = {
  load: POWER_UNITS,
  heat: POWER_UNITS,
  ev: POWER_UNITS,
  solar: POWER_UNITS,
  wind: POWER_UNITS,
  schedule: POWER_UNITS,
  price: ["EUR/kWh", "EUR/MWh", "ct/kWh"],
  carbon: ["kg/kWh", "g/kWh"],
  weather: ["degC", "K", "W_per_m2"],
};

/** The form's beginning: what was recognised in the file. */
export function draftOf(inspection: Inspection): Draft {
  const { mapping } = inspection;
  const given = new Map(
    Array.isArray(mapping.series) ? mapping.series.map((series) => [series.column, series] as const) : [],
  );
  const stamps = new Set([mapping.timestamp_column ?? []].flat());
  return {
    layout: mapping.series_column ? "long" : "wide",
    columns: inspection.columns.map((column) => columnOf(column, stamps, given.get(column.name))),
    seriesColumn: mapping.series_column ?? null,
    valueColumn: mapping.value_column ?? null,
    longType: mapping.profile_type ?? "load",
    longUnit: mapping.unit ?? DEFAULT_UNIT[mapping.profile_type ?? "load"],
    rules: {
      timezone: mapping.timezone ?? "UTC",
      interval_label: mapping.interval_label ?? "start",
      step_minutes: mapping.step_minutes ?? null,
      timestamp_format: mapping.timestamp_format ?? null,
      decimal: mapping.decimal ?? null,
      gaps: mapping.gaps ?? "refuse",
      max_gap_steps: mapping.max_gap_steps ?? null,
      edges: mapping.edges ?? "gap",
      duplicates: mapping.duplicates ?? "refuse",
      negative: mapping.negative ?? "allow",
      invalid: mapping.invalid ?? "refuse",
      dst: mapping.dst ?? "in_order",
      source_type: mapping.source_type ?? "upload",
    },
    found: { delimiter: mapping.delimiter, header: mapping.header, skip_lines: mapping.skip_lines },
  };
}

function columnOf(
  column: Inspection["columns"][number],
  stamps: Set<string>,
  series: SeriesMapping | undefined,
): ColumnDraft {
  const type = series?.profile_type ?? column.guess?.profile_type ?? "load";
  return {
    column: column.name,
    kind: column.kind,
    use: stamps.has(column.name) ? "timestamp" : series ? "series" : "skip",
    name: series?.name ?? column.name,
    type,
    unit: series?.unit ?? column.guess?.unit ?? DEFAULT_UNIT[type],
  };
}

/** The mapping that the form stands for. */
export function mappingOf(draft: Draft): Mapping {
  const stamps = draft.columns.filter((column) => column.use === "timestamp").map((column) => column.column);
  const shared = {
    ...draft.found,
    ...draft.rules,
    timestamp_column: stamps.length === 1 ? (stamps[0] ?? null) : stamps.length > 1 ? stamps : null,
  } as Mapping;
  if (draft.layout === "long")
    return {
      ...shared,
      series: "all other columns",
      series_column: draft.seriesColumn,
      value_column: draft.valueColumn,
      profile_type: draft.longType,
      unit: draft.longUnit,
    };
  const series = draft.columns
    .filter((column) => column.use === "series")
    .map(({ column, name, type, unit }) => ({
      column,
      name: name.trim() || column,
      profile_type: type,
      unit: unit.trim() || DEFAULT_UNIT[type],
    }));
  return { ...shared, series };
}

export type Missing = "timestamp" | "series" | "seriesColumn" | "valueColumn";

/** What the form still needs before the file can be checked. */
export function missingIn(draft: Draft): Missing[] {
  const missing: Missing[] = [];
  if (!draft.columns.some((column) => column.use === "timestamp")) missing.push("timestamp");
  if (draft.layout === "wide" && !draft.columns.some((column) => column.use === "series")) missing.push("series");
  if (draft.layout === "long" && draft.seriesColumn === null) missing.push("seriesColumn");
  if (draft.layout === "long" && draft.valueColumn === null) missing.push("valueColumn");
  return missing;
}

/** Another type takes its usual unit along, unless the unit that stands there serves both. */
export function withType(column: ColumnDraft, type: ProfileType): ColumnDraft {
  return { ...column, type, unit: UNITS[type].includes(column.unit) ? column.unit : DEFAULT_UNIT[type] };
}
