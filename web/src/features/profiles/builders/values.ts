import type { Field, NumberField } from "./fields";

/** What the form holds: "" or null for what was left out, a group that is not used is null. */
export type Values = Record<string, unknown>;

export function initialOf(fields: Field[]): Values {
  return Object.fromEntries(fields.map((field) => [field.name, initial(field)]));
}

function initial(field: Field): unknown {
  switch (field.kind) {
    case "number":
      return field.initial ?? "";
    case "text":
    case "flag":
    case "choice":
    case "subset":
      return field.initial;
    case "group":
      return field.required ? initialOf(field.fields) : null;
    case "list":
      return Array.from({ length: Math.max(field.leastItems, field.required ? 1 : 0) }, () => initialOf(field.fields));
    default:
      return null;
  }
}

/** What the service is told: only what was filled in, so that its own defaults hold for the rest. */
export function parametersOf(fields: Field[], values: Values): Values {
  const entries = fields.map((field) => [field.name, parameter(field, values[field.name])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function parameter(field: Field, value: unknown): unknown {
  if (value === "" || value === null || value === undefined) return undefined;
  switch (field.kind) {
    case "number":
      return Number(value);
    case "profile":
      return Number(value);
    case "text":
      return String(value).trim() || undefined;
    case "group":
      return parametersOf(field.fields, value as Values);
    case "list":
      return (value as Values[]).map((item) => parametersOf(field.fields, item));
    case "numbers":
      return (value as unknown[]).map(Number);
    default:
      return value;
  }
}

/** What is wrong with an entry; the form says it in its language. */
export type Fault =
  | { kind: "needed" }
  | { kind: "least" | "most" | "above" | "below"; limit: number }
  | { kind: "whole" }
  | { kind: "form"; example?: string };

/** Faults by the path of their field (`bands.0.from`). */
export function faultsIn(fields: Field[], values: Values, path = ""): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  for (const field of fields) {
    const here = path === "" ? field.name : `${path}.${field.name}`;
    const value = values[field.name];
    if (value === "" || value === null || value === undefined) {
      if (field.required) faults[here] = { kind: "needed" };
    } else if (field.kind === "group") {
      Object.assign(faults, faultsIn(field.fields, value as Values, here));
    } else if (field.kind === "list") {
      for (const [index, item] of (value as Values[]).entries())
        Object.assign(faults, faultsIn(field.fields, item, `${here}.${index}`));
    } else if (field.kind === "numbers") {
      for (const [index, item] of (value as unknown[]).entries()) {
        const fault = item === "" ? ({ kind: "needed" } as const) : numberFault(field.item, Number(item));
        if (fault) faults[`${here}.${index}`] = fault;
      }
    } else if (field.kind === "subset") {
      if ((value as number[]).length === 0) faults[here] = { kind: "needed" };
    } else {
      const fault = scalarFault(field, value);
      if (fault) faults[here] = fault;
    }
  }
  return faults;
}

function scalarFault(field: Field, value: unknown): Fault | null {
  if (field.kind === "number") return numberFault(field, Number(value));
  if (field.kind === "text" && field.pattern !== undefined && !new RegExp(field.pattern).test(String(value).trim()))
    return { kind: "form", example: field.example };
  return null;
}

function numberFault(field: NumberField, value: number): Fault | null {
  if (Number.isNaN(value)) return { kind: "needed" };
  if (field.whole && !Number.isInteger(value)) return { kind: "whole" };
  if (field.above !== undefined && value <= field.above) return { kind: "above", limit: field.above };
  if (field.below !== undefined && value >= field.below) return { kind: "below", limit: field.below };
  if (field.least !== undefined && value < field.least) return { kind: "least", limit: field.least };
  if (field.most !== undefined && value > field.most) return { kind: "most", limit: field.most };
  return null;
}
