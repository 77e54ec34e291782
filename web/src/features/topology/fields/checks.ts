/** What is wrong with nodes, found while they are edited: the ranges of their fields, and rules between fields. */
import { z } from "zod";
import type { DeviceKind } from "../document/types";
import type texts from "../locales/en.json";
import {
  DEVICE_FIELDS,
  type Field,
  GRID_FIELDS,
  HOUSE_FIELDS,
  type NumberField,
  plainFields,
  TRANSFORMER_FIELDS,
} from "./fields";
import { tripFault } from "./trips";

export type Fault = keyof (typeof texts)["fault"];

/** A fault of one field, in words by `fault.<code>`; `limit` in the API's unit, with its unit in `unit`. */
export interface Finding {
  field: string;
  code: Fault;
  limit?: number;
  unit?: NumberField["unit"];
  /** The service's own words, where it found the fault. */
  message?: string;
}
type Values = Record<string, unknown>;
type Report = (field: string, code: Fault, limit?: number, unit?: NumberField["unit"]) => void;

const CONTROL = /\p{Cc}/u;
const label = z
  .string()
  .max(200, "tooLong")
  .refine((value) => value.trim() !== "", "required")
  .refine((value) => !CONTROL.test(value), "control");

function schemaOf(field: Field): z.ZodType | null {
  if (field.type === "number") {
    let schema = z.number("required");
    if (field.min !== undefined) schema = schema.min(field.min, "min");
    if (field.above !== undefined) schema = schema.gt(field.above, "above");
    if (field.max !== undefined) schema = schema.max(field.max, "max");
    if (field.below !== undefined) schema = schema.lt(field.below, "below");
    return field.required ? schema : schema.nullish();
  }
  if (field.type === "text") return field.required ? label : label.nullish();
  if (field.type === "houseType") return label;
  if (field.type === "flags") return z.array(label).max(100, "tooMany");
  if (field.type === "currency") return z.string().regex(/^[A-Z]{3}$/, "currency");
  if (field.type === "location")
    return z
      .object({
        latitude: z.number("location").min(-90, "location").max(90, "location"),
        longitude: z.number("location").min(-180, "location").max(180, "location"),
      })
      .nullish();
  return null;
}

function checker(fields: readonly Field[], between: (values: Values, report: Report) => void = () => {}) {
  const plain = plainFields(fields);
  const shape: Record<string, z.ZodType> = {};
  for (const field of plain) {
    const schema = schemaOf(field);
    if (schema) shape[field.name] = schema;
  }
  const schema = z.looseObject(shape);
  return (values: Values): Finding[] => {
    const findings: Finding[] = [];
    const parsed = schema.safeParse(values);
    for (const issue of parsed.error?.issues ?? []) {
      const name = String(issue.path[0] ?? "");
      const code = issue.message as Fault;
      const field = plain.find((candidate) => candidate.name === name);
      findings.push({ field: name, code, ...limitOf(field, code) });
    }
    between(values, (field, code, limit, unit) => {
      if (!findings.some((finding) => finding.field === field)) findings.push({ field, code, limit, unit });
    });
    return findings;
  };
}

function limitOf(field: Field | undefined, code: Fault): Pick<Finding, "limit" | "unit"> {
  if (field?.type !== "number") return {};
  if (code === "min" || code === "max" || code === "above" || code === "below")
    return { limit: field[code], unit: field.unit };
  return {};
}

const given = (value: unknown): value is number => typeof value === "number";

function storageRules(values: Values, report: Report): void {
  const least = given(values.min_soc) ? values.min_soc : 0;
  const most = given(values.max_soc) ? values.max_soc : 1;
  if (least > most) report("min_soc", "max", most, "1");
  for (const name of ["initial_soc", "target_soc"]) {
    const value = values[name];
    if (given(value) && value < least) report(name, "min", least, "1");
    if (given(value) && value > most) report(name, "max", most, "1");
  }
}

function carRules(values: Values, report: Report): void {
  storageRules(values, report);
  const levels = (values.power_levels_kw ?? []) as unknown[];
  if (levels.some((level, at) => !given(level) || level <= 0 || (at > 0 && level <= (levels[at - 1] as number))))
    report("power_levels_kw", "rising");
  const highest = levels.at(-1);
  if (given(highest) && given(values.max_charge_kw) && highest > values.max_charge_kw)
    report("power_levels_kw", "max", values.max_charge_kw, "kW");
  const fault = tripFault(values.schedule);
  if (fault) report("schedule", fault);
}

/** One of `names` at most; and one exactly if `user` is given. */
function oneOf(names: string[], user: string | null) {
  return (values: Values, report: Report): void => {
    const chosen = names.filter((name) => values[name] != null);
    if (chosen.length > 1) report(chosen[1] as string, "onlyOne");
    if (user && values[user] != null && chosen.length === 0) report(user, "needsCurve");
    storeRules(values, report);
  };
}

function storeRules(values: Values, report: Report): void {
  if (values.store_kwh != null && values.store_litres != null) report("store_litres", "onlyOne");
}

const RULES: Partial<Record<DeviceKind, (values: Values, report: Report) => void>> = {
  battery: storageRules,
  electric_vehicle: carRules,
  heat_pump: oneOf(["cop", "cop_model", "carnot_fraction"], "heat_loss_kw_per_k"),
  heater: storeRules,
  air_conditioner: oneOf(["eer", "carnot_fraction"], "cooling_gain_kw_per_k"),
};

export const checkGrid = checker(GRID_FIELDS);
export const checkHouse = checker(HOUSE_FIELDS);
export const checkDevice = Object.fromEntries(
  Object.entries(DEVICE_FIELDS).map(([kind, fields]) => [kind, checker(fields, RULES[kind as DeviceKind])]),
) as Record<DeviceKind, (values: Values) => Finding[]>;

/** Keys such as three times 1/3 may exceed 1 by rounding. */
const KEY_TOLERANCE = 1e-9;

export const checkTransformer = checker(TRANSFORMER_FIELDS, (values, report) => {
  const houses = (values.houses ?? []) as { sharing_key?: number | null }[];
  const sum = houses.reduce((total, house) => total + (house.sharing_key ?? 0), 0);
  if (sum > 1 + KEY_TOLERANCE) report("houses", "keys", sum, "1");
});
