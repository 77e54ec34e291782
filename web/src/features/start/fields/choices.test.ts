import { describe, expect, it } from "vitest";
import { currencies, numberMarks, timezones } from "./choices";

describe("timezones", () => {
  it("has UTC, what the browser knows and what is set, each once", () => {
    const found = timezones("Europe/Berlin");
    expect(found).toContain("UTC");
    expect(timezones("Asia/Atlantis")).toContain("Asia/Atlantis");
    expect(found.filter((zone) => zone === "Europe/Berlin")).toHaveLength(1);
  });
});

describe("currencies", () => {
  it("names them in a language", () => {
    expect(currencies("en").find(({ value }) => value === "EUR")?.label).toBe("EUR – Euro");
    expect(currencies("de").find(({ value }) => value === "CHF")?.label).toBe("CHF – Schweizer Franken");
  });
});

describe("numberMarks", () => {
  it("follows the locale", () => {
    expect(numberMarks("de-DE").decimalSeparator).toBe(",");
    expect(numberMarks("en-GB").decimalSeparator).toBe(".");
  });
});
