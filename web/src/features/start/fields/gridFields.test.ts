import { describe, expect, it } from "vitest";
import { formErrors, type GridValues, gridBody, gridSchema, valuesOf } from "./gridFields";

const good: GridValues = {
  name: " Street ",
  timezone: "Europe/Berlin",
  currency: "EUR",
  latitude: 52.5,
  longitude: 13.4,
  importLimitKw: 250,
  exportLimitKw: "",
};
const faults = (values: Partial<GridValues>) =>
  gridSchema((fault) => fault)
    .safeParse({ ...good, ...values })
    .error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];

describe("gridSchema", () => {
  it("takes a community with and without place and limits", () => {
    expect(faults({})).toEqual([]);
    expect(faults({ latitude: "", longitude: "", importLimitKw: "", exportLimitKw: 0 })).toEqual([]);
  });

  it.each<[Partial<GridValues>, string]>([
    [{ name: "  " }, "name: name"],
    [{ timezone: "" }, "timezone: timezone"],
    [{ currency: "euro" }, "currency: currency"],
    [{ longitude: "" }, "longitude: bothCoordinates"],
    [{ latitude: "" }, "latitude: bothCoordinates"],
  ])("refuses %o", (values, fault) => {
    expect(faults(values)).toEqual([fault]);
  });

  it("refuses what is out of range", () => {
    expect(faults({ latitude: 91 })).toHaveLength(1);
    expect(faults({ importLimitKw: -1 })).toHaveLength(1);
  });
});

describe("gridBody", () => {
  it("has null for what is empty", () => {
    expect(gridBody(good)).toEqual({
      name: "Street",
      timezone: "Europe/Berlin",
      currency: "EUR",
      location: { latitude: 52.5, longitude: 13.4 },
      import_limit_kw: 250,
      export_limit_kw: null,
    });
    expect(gridBody({ ...good, latitude: "", longitude: "" }).location).toBeNull();
  });

  it("is read back as it was", () => {
    expect(valuesOf(gridBody(good))).toEqual({ ...good, name: "Street" });
  });
});

describe("formErrors", () => {
  it("puts findings at the form's fields", () => {
    expect(formErrors({ "location.longitude": "too far", import_limit_kw: "negative", other: "?" })).toEqual({
      longitude: "too far",
      importLimitKw: "negative",
    });
  });
});
