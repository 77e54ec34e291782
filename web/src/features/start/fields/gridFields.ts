import { z } from "zod";
import type { Schemas } from "@/shared/api/client";

/** A community's own fields as a form has them: an empty number is "". */
export interface GridValues {
  name: string;
  timezone: string;
  currency: string;
  latitude: number | "";
  longitude: number | "";
  importLimitKw: number | "";
  exportLimitKw: number | "";
}

export type GridFault = "name" | "timezone" | "currency" | "latitude" | "longitude" | "bothCoordinates" | "limit";

const LARGEST_KW = 1e9;

/** The fields' rules, for schemas that have more beside them; `say` finds the words for what is broken. */
export function gridShape(say: (fault: GridFault) => string) {
  const orEmpty = (schema: z.ZodNumber) => z.union([z.literal(""), schema]);
  const number = (least: number, most: number, fault: GridFault) =>
    orEmpty(z.number(say(fault)).min(least, say(fault)).max(most, say(fault)));
  return {
    name: z.string().trim().min(1, say("name")).max(200, say("name")),
    timezone: z.string().min(1, say("timezone")),
    currency: z.string().regex(/^[A-Z]{3}$/, say("currency")),
    latitude: number(-90, 90, "latitude"),
    longitude: number(-180, 180, "longitude"),
    importLimitKw: number(0, LARGEST_KW, "limit"),
    exportLimitKw: number(0, LARGEST_KW, "limit"),
  };
}

/** Half a place is none. */
export function checkPlace(
  { latitude, longitude }: Pick<GridValues, "latitude" | "longitude">,
  context: z.RefinementCtx,
  say: (fault: GridFault) => string,
): void {
  if ((latitude === "") === (longitude === "")) return;
  const path = [latitude === "" ? "latitude" : "longitude"];
  context.addIssue({ code: "custom", path, message: say("bothCoordinates") });
}

export function gridSchema(say: (fault: GridFault) => string) {
  return z.object(gridShape(say)).superRefine((values, context) => checkPlace(values, context, say));
}

/** As the service takes them; null for what was left empty. */
export function gridBody(values: GridValues) {
  const { latitude, longitude } = values;
  return {
    name: values.name.trim(),
    timezone: values.timezone,
    currency: values.currency,
    location: latitude === "" || longitude === "" ? null : { latitude, longitude },
    import_limit_kw: values.importLimitKw === "" ? null : values.importLimitKw,
    export_limit_kw: values.exportLimitKw === "" ? null : values.exportLimitKw,
  };
}

export function valuesOf(grid: Schemas["GridFields"]): GridValues {
  return {
    name: grid.name,
    timezone: grid.timezone,
    currency: grid.currency,
    latitude: grid.location?.latitude ?? "",
    longitude: grid.location?.longitude ?? "",
    importLimitKw: grid.import_limit_kw ?? "",
    exportLimitKw: grid.export_limit_kw ?? "",
  };
}

const FORM_FIELDS: Record<string, keyof GridValues> = {
  name: "name",
  timezone: "timezone",
  currency: "currency",
  location: "latitude",
  "location.latitude": "latitude",
  "location.longitude": "longitude",
  import_limit_kw: "importLimitKw",
  export_limit_kw: "exportLimitKw",
};

/** The service's findings at the form's fields. */
export function formErrors(findings: Record<string, string>): Partial<Record<keyof GridValues, string>> {
  return Object.fromEntries(
    Object.entries(findings).flatMap(([field, message]) => {
      const known = FORM_FIELDS[field];
      return known ? [[known, message]] : [];
    }),
  );
}
