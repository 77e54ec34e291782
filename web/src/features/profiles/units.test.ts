import { describe, expect, it } from "vitest";
import { unitWord, yearlyKwh } from "./units";

const statistics = { mean: 1, max: 2, min: 0, sum: 3, energy_kwh: 3600 };

describe("a profile's energy of a year", () => {
  it("is that of a calendar year, leap or not", () => {
    expect(yearlyKwh({ statistics, start: "2015-12-31T23:00:00Z", end: "2016-12-31T23:00:00Z" })).toBe(3600);
    expect(yearlyKwh({ statistics, start: "2026-12-31T23:00:00Z", end: "2027-12-31T23:00:00Z" })).toBe(3600);
  });
  it("is scaled to a year from other periods", () => {
    const half = yearlyKwh({ statistics, start: "2027-01-01T00:00:00Z", end: "2027-07-02T15:00:00Z" });
    expect(half).toBeCloseTo(7200, -2);
  });
  it("is unknown for what is no power", () => {
    const price = { ...statistics, energy_kwh: null };
    expect(yearlyKwh({ statistics: price, start: "2027-01-01T00:00:00Z", end: "2028-01-01T00:00:00Z" })).toBeNull();
  });
  it("units are written as people do", () => {
    expect(unitWord("degC")).toBe("°C");
    expect(unitWord("EUR/kWh")).toBe("EUR/kWh");
  });
});
