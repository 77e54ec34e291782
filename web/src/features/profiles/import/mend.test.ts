import { describe, expect, it } from "vitest";
import { lineOf, remediesFor, standardOffset, troubleOf } from "./mend";

describe("what mends a file", () => {
  it.each([
    ["3 steps missing before this line, from 2027-01-01T00:00Z", "gap"],
    ["no value for 4 steps; max_gap_steps is 2", "gap"],
    ["a gap at the start can't be filled by interpolate; use zero, or edges trim", "edge"],
    ["2027-01-01T00:00Z is in line 3 already", "duplicate"],
    ["'abc' is not a number", "notNumber"],
    ["'morgen' is no timestamp of the format %d.%m.%Y", "notTime"],
    ["2027-03-28T02:30 does not exist in Europe/Berlin: the clock jumps forward there", "skippedHour"],
    ["2027-10-31T02:30 exists twice in Europe/Berlin: the clock goes back there", "repeatedHour"],
    ["-0.4 is negative", "negative"],
  ])("%s", (message, trouble) => expect(troubleOf(message)).toBe(trouble));

  it("offers rules for it", () => {
    expect(remediesFor("gap", null).map((remedy) => remedy.id)).toEqual(["interpolate", "previous"]);
    expect(remediesFor("skippedHour", "+01:00")[0]?.rules).toEqual({ timezone: "+01:00" });
    expect(remediesFor("skippedHour", null)).toEqual([]);
    expect(remediesFor("unit", null)).toEqual([]);
  });

  it("knows standard time on both halves of the globe", () => {
    expect(standardOffset("Europe/Berlin", 2027)).toBe("+01:00");
    expect(standardOffset("Australia/Sydney", 2027)).toBe("+10:00");
    expect(standardOffset("America/New_York", 2027)).toBe("-05:00");
    expect(standardOffset("UTC", 2027)).toBe("+00:00");
    expect(standardOffset("+01:00x", 2027)).toBeNull();
  });

  it("finds lines", () => {
    expect(lineOf("line 12")).toBe(12);
    expect(lineOf("row 3")).toBe(3);
    expect(lineOf("mapping.unit")).toBeNull();
  });
});
