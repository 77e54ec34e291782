/** A builder's JSON schema as a list of form fields. Only what the builders use is known; the rest is a plain text. */
export interface JsonSchema {
  type?: string;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: (string | number)[];
  default?: unknown;
  title?: string;
  description?: string;
  examples?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  "x-unit"?: string;
  "x-profile"?: { profile_type?: string; unit?: string };
}

interface Common {
  name: string;
  title: string;
  description: string;
  required: boolean;
}
export interface NumberField extends Common {
  kind: "number";
  whole: boolean;
  unit?: string;
  least?: number;
  most?: number;
  /** The limits themselves are not allowed. */
  above?: number;
  below?: number;
  initial: number | null;
}
export interface TextField extends Common {
  kind: "text";
  pattern?: string;
  maxLength?: number;
  example?: string;
  initial: string;
}
export interface FlagField extends Common {
  kind: "flag";
  initial: boolean;
}
export interface ChoiceField extends Common {
  kind: "choice";
  options: string[];
  initial: string | null;
}
export interface ProfileField extends Common {
  kind: "profile";
  profileType?: string;
  unit?: string;
}
export interface NumbersField extends Common {
  kind: "numbers";
  count: number;
  item: NumberField;
}
/** Some whole numbers out of a few: the days of the week. */
export interface SubsetField extends Common {
  kind: "subset";
  least: number;
  most: number;
  initial: number[];
}
export interface GroupField extends Common {
  kind: "group";
  fields: Field[];
}
export interface ListField extends Common {
  kind: "list";
  fields: Field[];
  leastItems: number;
  mostItems: number;
}
export type Field =
  | NumberField
  | TextField
  | FlagField
  | ChoiceField
  | ProfileField
  | NumbersField
  | SubsetField
  | GroupField
  | ListField;

const FEW = 12;
const MOST_ITEMS = 200;

export function fieldsOf(schema: JsonSchema, root: JsonSchema = schema): Field[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, part]) => fieldOf(name, part, required.has(name), root));
}

function fieldOf(name: string, given: JsonSchema, required: boolean, root: JsonSchema): Field {
  const schema = resolved(given, root);
  const common: Common = {
    name,
    title: schema.title ?? name,
    description: given.description ?? schema.description ?? "",
    required,
  };
  if (schema["x-profile"])
    return {
      ...common,
      kind: "profile",
      profileType: schema["x-profile"].profile_type,
      unit: schema["x-profile"].unit,
    };
  if (schema.enum)
    return { ...common, kind: "choice", options: schema.enum.map(String), initial: textOf(schema.default) };
  if (schema.type === "boolean") return { ...common, kind: "flag", initial: schema.default === true };
  if (schema.type === "number" || schema.type === "integer") return numberOf(common, schema);
  if (schema.type === "object" || schema.properties)
    return { ...common, kind: "group", fields: fieldsOf(schema, root) };
  if (schema.type === "array" && schema.items) return arrayOf(common, schema, root);
  const example = schema.examples?.[0];
  return {
    ...common,
    kind: "text",
    pattern: schema.pattern,
    maxLength: schema.maxLength,
    example: example === undefined ? undefined : String(example),
    initial: textOf(schema.default) ?? "",
  };
}

function numberOf(common: Common, schema: JsonSchema): NumberField {
  return {
    ...common,
    kind: "number",
    whole: schema.type === "integer",
    unit: schema["x-unit"],
    least: schema.minimum,
    most: schema.maximum,
    above: schema.exclusiveMinimum,
    below: schema.exclusiveMaximum,
    initial: typeof schema.default === "number" ? schema.default : null,
  };
}

function arrayOf(common: Common, schema: JsonSchema, root: JsonSchema): Field {
  const item = resolved(schema.items ?? {}, root);
  if (item.properties)
    return {
      ...common,
      kind: "list",
      fields: fieldsOf(item, root),
      leastItems: schema.minItems ?? 0,
      mostItems: Math.min(schema.maxItems ?? MOST_ITEMS, MOST_ITEMS),
    };
  const number = numberOf({ ...common, name: "item" }, item);
  if (schema.minItems !== undefined && schema.minItems === schema.maxItems)
    return { ...common, kind: "numbers", count: schema.minItems, item: number };
  const [least, most] = [item.minimum ?? 0, Math.min(item.maximum ?? FEW, (item.minimum ?? 0) + FEW)];
  return { ...common, kind: "subset", least, most, initial: (schema.default as number[] | undefined) ?? [] };
}

/** Behind references, and of "this or nothing" the this; what stands beside them (description, unit) wins. */
function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref) {
    const target = root.$defs?.[schema.$ref.split("/").at(-1) ?? ""] ?? {};
    const { $ref: _, ...beside } = schema;
    return resolved({ ...target, ...beside }, root);
  }
  if (schema.anyOf) {
    const { anyOf, ...beside } = schema;
    const one = anyOf.find((option) => option.type !== "null") ?? {};
    return resolved({ ...one, ...beside }, root);
  }
  return schema;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}
