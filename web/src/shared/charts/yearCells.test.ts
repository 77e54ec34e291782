import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS, ZoneClock } from "@/shared/format/zoneClock";
import { yearCells } from "./yearCells";

const at = (text: string) => Date.parse(text);
const start = at("2015-12-31T23:00Z");
const clock = new ZoneClock("Europe/Berlin", start, at("2016-12-31T23:00Z"));
const HOURS = 366 * 24;

describe("a year by day and hour of the clock", () => {
  const cells = yearCells({ start, stepMs: HOUR_MS, values: Array.from({ length: HOURS }, (_, hour) => hour) }, clock);
  const day = (date: string) => {
    const index = cells.dates.indexOf(date);
    return Array.from(cells.values.slice(index * 24, index * 24 + 24));
  };

  it("has 366 days of 24 hours", () => {
    expect(cells.dates).toHaveLength(366);
    expect(cells.values).toHaveLength(HOURS);
    expect(day("2016-01-01")).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
    expect([cells.low, cells.high]).toEqual([0, HOURS - 1]);
  });

  it("leaves the hour empty that spring skips", () => {
    const spring = day("2016-03-27");
    expect(spring[2]).toBeNaN();
    expect((spring[3] as number) - (spring[1] as number)).toBe(1);
    expect(cells.values.filter(Number.isNaN)).toHaveLength(1);
  });

  it("takes the mean of the hour that autumn repeats", () => {
    const autumn = day("2016-10-30");
    expect((autumn[2] as number) - (autumn[1] as number)).toBe(1.5);
    expect((autumn[3] as number) - (autumn[2] as number)).toBe(1.5);
  });

  it("averages quarter-hours and spreads coarse steps", () => {
    const quarters = yearCells({ start, stepMs: 15 * MINUTE_MS, values: [1, 2, 3, 6, 5, 5, 5, 5] }, clock);
    expect(Array.from(quarters.values.slice(0, 3))).toEqual([3, 5, Number.NaN]);
    const coarse = yearCells({ start, stepMs: 3 * HOUR_MS, values: [4] }, clock);
    expect(Array.from(coarse.values.slice(0, 4))).toEqual([4, 4, 4, Number.NaN]);
  });

  it("serves zones off the hour", () => {
    const kolkata = new ZoneClock("Asia/Kolkata", start, start + HOURS * HOUR_MS);
    const cells = yearCells({ start, stepMs: HOUR_MS, values: [1, 3] }, kolkata);
    expect(cells.dates).toEqual(["2016-01-01"]);
    expect(Array.from(cells.values.slice(4, 7))).toEqual([1, 2, 3]);
  });
});
