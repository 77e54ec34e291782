import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEVICE_KINDS } from "../document/types";
import de from "../locales/de.json";
import en from "../locales/en.json";
import { flagsAfter, sharedFlags } from "./common";
import { DEVICE_FIELDS, type Field, GRID_FIELDS, HOUSE_FIELDS, plainFields, TRANSFORMER_FIELDS } from "./fields";
import { tripFault } from "./trips";

interface Property {
  anyOf?: Property[];
  type?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  enum?: string[];
}
interface Schema {
  properties: Record<string, Property>;
  required?: string[];
}
const { components } = JSON.parse(readFileSync(`${process.cwd()}/../docs/openapi/hygge.json`, "utf8")) as {
  components: { schemas: Record<string, Schema> };
};
const STRUCTURE = new Set([
  ...["id", "kind", "devices", "houses", "format", "flags_of_grid", "transformers", "priority_lists", "network"],
  ...["version", "hash", "created_by", "access"],
]);
const title = (kind: string) =>
  `Document${kind.replace(/(^|_)(\w)/g, (_all: string, _line: string, letter: string) => letter.toUpperCase())}`;

function compare(name: string, fields: readonly Field[], beside: string[] = []) {
  const schema = components.schemas[name];
  if (schema === undefined) throw new Error(`The API has no ${name}.`);
  const plain = plainFields(fields).filter((field) => field.type !== "bus");
  const wanted = Object.keys(schema.properties).filter((key) => !STRUCTURE.has(key) && !beside.includes(key));
  expect(plain.map((field) => field.name).sort()).toEqual(wanted.sort());
  for (const field of plain) {
    const property = schema.properties[field.name] as Property;
    const value = property.anyOf?.find((option) => option.type !== "null") ?? property;
    const where = `${name}.${field.name}`;
    if (field.type === "number") {
      expect([field.min, field.max, field.above, field.below], where).toEqual([
        value.minimum,
        value.maximum,
        value.exclusiveMinimum,
        value.exclusiveMaximum,
      ]);
      expect(field.required ?? false, where).toBe(schema.required?.includes(field.name) ?? false);
      expect(field.standard ?? null, where).toBe(property.default ?? null);
    }
    if (field.type === "choice") expect([...field.options], where).toEqual(value.enum);
  }
}

describe("the forms know what the API knows", () => {
  it.each(DEVICE_KINDS)("%s", (kind) => compare(title(kind), DEVICE_FIELDS[kind]));
  it("house", () => compare("DocumentHouse", HOUSE_FIELDS));
  it("transformer", () => compare("DocumentTransformer", TRANSFORMER_FIELDS));
  it("community", () => compare("Document", GRID_FIELDS, ["flags"]));
});

describe("texts", () => {
  const keysOf = (texts: object, path = ""): string[] =>
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === "object" && value !== null ? keysOf(value, `${path}${key}.`) : [`${path}${key}`],
    );
  it("have the same keys in both languages", () => {
    expect(keysOf(de)).toEqual(keysOf(en));
  });
});

describe("several houses", () => {
  it("share flags", () => {
    const nodes = [{ flags: ["medical", "prosumer"] }, { flags: ["prosumer"] }];
    expect(sharedFlags(nodes)).toEqual({ all: ["prosumer"], some: [["medical", 1]] });
  });
  it("get and lose flags without losing their own", () => {
    expect(flagsAfter(["medical", "prosumer"], ["prosumer"], ["essential"])).toEqual(["medical", "essential"]);
  });
});

describe("trips", () => {
  const trip = (weekdays: number[], departs: string, returns: string, energy_kwh = 5) => ({
    weekdays,
    departs,
    returns,
    energy_kwh,
  });
  it("are fine when apart", () => {
    expect(tripFault([trip([0, 1], "07:15", "17:30"), trip([0], "18:00", "06:00")])).toBeNull();
  });
  it("are refused when they overlap, over Sunday's midnight too", () => {
    expect(tripFault([trip([0], "07:15", "17:30"), trip([0], "17:00", "19:00")])).toBe("tripOverlap");
    expect(tripFault([trip([6], "22:00", "08:00"), trip([0], "07:00", "09:00")])).toBe("tripOverlap");
  });
  it("need times, days and energy", () => {
    expect(tripFault([trip([0], "", "08:00")])).toBe("tripTimes");
    expect(tripFault([trip([], "07:00", "08:00")])).toBe("tripDays");
    expect(tripFault([trip([0], "07:00", "08:00", -1)])).toBe("tripEnergy");
  });
});
