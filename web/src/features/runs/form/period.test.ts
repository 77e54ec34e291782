import { describe, expect, it } from "vitest";
import {
  commonSpan,
  firstOf,
  isInside,
  mondayOf,
  periodOf,
  spanOf,
  wholeDays,
  wholeMonths,
  wholeYears,
} from "./period";

const BERLIN = "Europe/Berlin";
const year2016 = { start: "2015-12-31T23:00:00Z", end: "2016-12-31T23:00:00Z" };

describe("the time that profiles have in common", () => {
  it("is where all overlap", () => {
    const other = { start: "2016-03-01T00:00:00Z", end: "2018-01-01T00:00:00Z" };
    expect(commonSpan([year2016, other])).toEqual({ start: "2016-03-01T00:00:00Z", end: "2016-12-31T23:00:00Z" });
  });

  it("is nothing without profiles, or where they don't meet", () => {
    expect(commonSpan([])).toBeNull();
    expect(commonSpan([year2016, { start: "2017-01-01T00:00:00Z", end: "2018-01-01T00:00:00Z" }])).toBeNull();
  });

  it("has whole days, months and years by the local clock", () => {
    expect(wholeDays(year2016, BERLIN)).toEqual({ first: "2016-01-01", last: "2016-12-31" });
    expect(wholeYears(year2016, BERLIN)).toEqual(["2016"]);
    expect(wholeMonths(year2016, BERLIN)).toHaveLength(12);
    const utcYear = { start: "2016-01-01T00:00:00Z", end: "2017-01-01T00:00:00Z" };
    expect(wholeDays(utcYear, BERLIN)).toEqual({ first: "2016-01-02", last: "2016-12-31" });
    expect(wholeYears(utcYear, BERLIN)).toEqual([]);
    expect(wholeMonths(utcYear, BERLIN).at(0)).toBe("2016-02");
  });

  it("has no whole day when it is shorter", () => {
    expect(wholeDays({ start: "2016-01-01T05:00:00Z", end: "2016-01-02T05:00:00Z" }, BERLIN)).toBeNull();
  });
});

describe("a period as instants", () => {
  it("follows the local clock, also in a month with a change of the clock", () => {
    expect(spanOf({ kind: "year", year: "2016" }, null, BERLIN, 15)).toEqual(year2016);
    expect(spanOf({ kind: "month", month: "2016-03" }, null, BERLIN, 15)).toEqual({
      start: "2016-02-29T23:00:00Z",
      end: "2016-03-31T22:00:00Z",
    });
  });

  it("of a week runs from Monday to Sunday around the day", () => {
    expect(mondayOf("2016-01-10")).toBe("2016-01-04");
    expect(spanOf({ kind: "week", day: "2016-01-10" }, null, BERLIN, 15)).toEqual({
      start: "2016-01-03T23:00:00Z",
      end: "2016-01-10T23:00:00Z",
    });
  });

  it("of everything begins and ends on steps", () => {
    const odd = { start: "2016-01-01T00:10:00Z", end: "2016-01-02T00:50:00Z" };
    expect(spanOf({ kind: "all" }, odd, BERLIN, 60)).toEqual({
      start: "2016-01-01T01:00:00Z",
      end: "2016-01-02T00:00:00Z",
    });
  });

  it("is nothing while a part is missing or the end is before the start", () => {
    expect(spanOf({ kind: "all" }, null, BERLIN, 15)).toBeNull();
    expect(spanOf({ kind: "range", from: "2016-02-01", to: "" }, null, BERLIN, 15)).toBeNull();
    expect(spanOf({ kind: "range", from: "2016-02-01", to: "2016-01-31" }, null, BERLIN, 15)).toBeNull();
  });
});

describe("a copied run's period", () => {
  it.each([
    ["all", year2016, year2016],
    ["year", year2016, null],
    ["month", { start: "2016-02-29T23:00:00Z", end: "2016-03-31T22:00:00Z" }, year2016],
    ["week", { start: "2016-01-03T23:00:00Z", end: "2016-01-10T23:00:00Z" }, year2016],
    ["range", { start: "2016-01-03T23:00:00Z", end: "2016-01-12T23:00:00Z" }, year2016],
    ["exact", { start: "2016-01-03T22:00:00Z", end: "2016-01-10T23:00:00Z" }, year2016],
  ] as const)("is recognised: %s", (kind, span, common) => {
    const period = periodOf(span, common, BERLIN);
    expect(period.kind).toBe(kind);
    expect(spanOf(period, common, BERLIN, 15)).toEqual(span);
  });
});

it("begins with something that the profiles cover", () => {
  for (const kind of ["all", "year", "month", "week", "range"] as const) {
    const span = spanOf(firstOf(kind, year2016, BERLIN), year2016, BERLIN, 15);
    expect(span && isInside(span, year2016), kind).toBe(true);
  }
});
