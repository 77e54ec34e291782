import { describe, expect, it } from "vitest";
import { formatsFor, scaled } from "./formats";

const spaces = (text: string) => text.replace(/\s/g, " ");

describe("quantities", () => {
  it.each([
    [525_020.5, "kWh", 525.0205, "MWh"],
    [9_999, "kWh", 9_999, "kWh"],
    [10_000, "kWh", 10, "MWh"],
    [-12_000_000, "kWh", -12, "GWh"],
    [205, "kW", 205, "kW"],
    [133_921.9, "kg", 133.9219, "t"],
    [3, "h", 3, "h"],
  ])("%d %s reads best as %d %s", (value, unit, best, name) => {
    const found = scaled(value, unit);
    expect(found.value).toBeCloseTo(best, 9);
    expect(found.unit).toBe(name);
  });

  it("uses the locale's signs", () => {
    const german = formatsFor("de-DE");
    expect(spaces(german.quantity(525_020.5, "kWh"))).toBe("525 MWh");
    expect(spaces(german.quantity(1234.56, "kWh"))).toBe("1.234,6 kWh");
    expect(spaces(german.money(-1234.5, "EUR"))).toBe("-1.234,50 €");
    expect(spaces(german.percent(0.2286))).toBe("22,9 %");
    expect(formatsFor("en-GB").money(1234.5, "EUR")).toBe("€1,234.50");
    expect(formatsFor("en-GB").price(0.1199, "EUR")).toBe("€0.1199/kWh");
  });

  it("shows what is undefined as a dash, and never minus zero", () => {
    const english = formatsFor("en-GB");
    expect([english.quantity(null, "kWh"), english.percent(undefined), english.money(null, "EUR")]).toEqual([
      "–",
      "–",
      "–",
    ]);
    expect(english.quantity(-0, "kWh")).toBe("0 kWh");
  });

  it("names moments in the zone that is asked for", () => {
    const english = formatsFor("en-GB");
    expect(english.date("2015-12-31T23:00:00Z", "Europe/Berlin")).toBe("1 Jan 2016");
    expect(english.time("2016-07-01T10:15:00Z", "Europe/Berlin")).toBe("12:15");
    expect(english.ago("2026-01-01T00:00:00Z", new Date("2026-01-01T00:03:00Z"))).toBe("3 minutes ago");
    // The words differ between versions of the locale data.
    expect(english.duration(95)).toMatch(/^1\D+35\D+$/);
  });
});
