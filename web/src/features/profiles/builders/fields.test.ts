import { describe, expect, it } from "vitest";
import { type Field, fieldsOf, type JsonSchema } from "./fields";
import { faultsIn, initialOf, parametersOf } from "./values";

const schema: JsonSchema = {
  $defs: {
    Holidays: {
      type: "object",
      properties: { country: { type: "string", pattern: "^[A-Z]+$", examples: ["DE"] } },
      required: ["country"],
    },
    Band: {
      properties: {
        weekdays: { type: "array", items: { type: "integer", minimum: 0, maximum: 6 }, default: [0, 1] },
        from: { type: "string", pattern: "^\\d\\d:\\d\\d$" },
        kw: { type: "number", "x-unit": "kW" },
      },
      required: ["from", "kw"],
    },
  },
  properties: {
    profile: { type: "string", enum: ["H0", "H25"], default: "H25" },
    yearly_kwh: { type: "number", exclusiveMinimum: 0, maximum: 1e9, "x-unit": "kWh" },
    windy: { type: "boolean", default: false },
    building_class: { anyOf: [{ type: "integer", minimum: 1, maximum: 11 }, { type: "null" }], default: null },
    temperature_profile_id: {
      anyOf: [{ type: "integer", "x-profile": { profile_type: "weather", unit: "degC" } }, { type: "null" }],
    },
    holidays: { anyOf: [{ $ref: "#/$defs/Holidays" }, { type: "null" }], default: null, description: "Which count" },
    bands: { type: "array", items: { $ref: "#/$defs/Band" }, maxItems: 200 },
    monthly: {
      anyOf: [
        { type: "array", items: { type: "number", exclusiveMinimum: 0, maximum: 1 }, minItems: 12, maxItems: 12 },
        { type: "null" },
      ],
    },
  },
  required: ["yearly_kwh", "bands"],
};
const fields = fieldsOf(schema);
const field = (name: string) => fields.find((one) => one.name === name) as Field;

describe("fields of a builder", () => {
  it("are read from its schema", () => {
    expect(fields.map((one) => one.kind)).toEqual([
      "choice",
      "number",
      "flag",
      "number",
      "profile",
      "group",
      "list",
      "numbers",
    ]);
    expect(field("yearly_kwh")).toMatchObject({ required: true, unit: "kWh", above: 0, most: 1e9, initial: null });
    expect(field("building_class")).toMatchObject({ whole: true, least: 1, most: 11, required: false });
    expect(field("temperature_profile_id")).toMatchObject({ profileType: "weather", unit: "degC" });
    expect(field("holidays")).toMatchObject({ description: "Which count", required: false });
    expect(field("bands")).toMatchObject({ mostItems: 200 });
    expect((field("bands") as { fields: Field[] }).fields[0]).toMatchObject({ kind: "subset", least: 0, most: 6 });
  });

  it("begin with their defaults", () => {
    const values = initialOf(fields);
    expect(values).toMatchObject({ profile: "H25", yearly_kwh: "", windy: false, holidays: null, monthly: null });
    expect(values.bands).toEqual([{ weekdays: [0, 1], from: "", kw: "" }]);
  });

  it("tell the service only what was filled in", () => {
    const values = { ...initialOf(fields), yearly_kwh: 3500, bands: [{ weekdays: [5], from: "08:00 ", kw: 0 }] };
    expect(parametersOf(fields, values)).toEqual({
      profile: "H25",
      yearly_kwh: 3500,
      windy: false,
      bands: [{ weekdays: [5], from: "08:00", kw: 0 }],
    });
  });

  it("find what is wrong, by place", () => {
    const values = {
      ...initialOf(fields),
      yearly_kwh: 0,
      building_class: 2.5,
      holidays: { country: "de" },
      bands: [{ weekdays: [], from: "8:00", kw: "" }],
      monthly: [0.5, 2],
    };
    expect(faultsIn(fields, values)).toEqual({
      yearly_kwh: { kind: "above", limit: 0 },
      building_class: { kind: "whole" },
      "holidays.country": { kind: "form", example: "DE" },
      "bands.0.weekdays": { kind: "needed" },
      "bands.0.from": { kind: "form", example: undefined },
      "bands.0.kw": { kind: "needed" },
      "monthly.1": { kind: "most", limit: 1 },
    });
    expect(faultsIn(fields, initialOf(fields)).yearly_kwh).toEqual({ kind: "needed" });
  });
});
