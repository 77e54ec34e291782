import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS, ZoneClock } from "@/shared/format/zoneClock";
import { drawn, drawnSize, endOf, type Intervals, indexAt, intervalsOf } from "./intervals";

const at = (text: string) => Date.parse(text);
const start = at("2015-12-31T23:00Z");
const end = at("2016-12-31T23:00Z");
const clock = new ZoneClock("Europe/Berlin", start, end);
const STEP_MS = 15 * MINUTE_MS;
const year: Intervals = {
  start,
  stepMs: STEP_MS,
  values: Float64Array.from({ length: 366 * 96 }, (_, step) => step % 96),
};

describe("what is drawn of a year of quarter-hours", () => {
  it("is local days with their extremes for the year, hours for a quarter, itself for a month", () => {
    expect(drawnSize(year, start, end, 3000)).toBe(24 * HOUR_MS);
    expect(drawnSize(year, start, start + 90 * 24 * HOUR_MS, 3000)).toBe(HOUR_MS);
    expect(drawnSize(year, start, start + 31 * 24 * HOUR_MS, 3000)).toBeNull();
  });

  it("keeps every value in exactly one local day, also over changes of daylight saving", () => {
    const { edges, means } = drawn(year, start, end, 24 * HOUR_MS, clock);
    expect(means).toHaveLength(366);
    const lengths = Array.from(means, (_, day) => ((edges[day + 1] as number) - (edges[day] as number)) / HOUR_MS);
    expect(lengths.filter((hours) => hours === 23)).toHaveLength(1);
    expect(lengths.filter((hours) => hours === 25)).toHaveLength(1);
    const energy = means.reduce<number>((sum, mean, day) => sum + (mean ?? 0) * (lengths[day] as number), 0);
    const whole = Array.from(year.values).reduce<number>((sum, value) => sum + (value ?? 0) / 4, 0);
    expect(energy).toBeCloseTo(whole, 6);
  });

  it("gives the extremes of each interval", () => {
    const { lows, highs } = drawn(year, start, start + 24 * HOUR_MS, HOUR_MS, clock);
    expect(lows?.slice(0, 2)).toEqual([0, 4]);
    expect(highs?.slice(0, 2)).toEqual([3, 7]);
  });

  it("reaches one interval beyond the window on both sides, and not beyond the series", () => {
    const from = start + 10 * STEP_MS;
    const { edges, means } = drawn(year, from, from + 4 * STEP_MS, null, clock);
    expect(edges[0]).toBe(from - STEP_MS);
    expect(means[0]).toBe(9);
    expect(means).toHaveLength(6);
    expect(drawn(year, end - STEP_MS, end, null, clock).edges.at(-1)).toBe(end);
    expect(drawn(year, start, start + STEP_MS, null, clock).edges[0]).toBe(start);
  });
});

describe("intervals of days and months", () => {
  const days = intervalsOf(
    {
      start: null,
      step_minutes: null,
      timestamps: ["2016-03-25T23:00Z", "2016-03-26T23:00Z", "2016-03-27T22:00Z"],
    },
    [1, 2, 3],
  );

  it("are found by instant", () => {
    expect(indexAt(days, at("2016-03-27T21:59Z"))).toBe(1);
    expect(indexAt(days, at("2016-03-27T22:00Z"))).toBe(2);
    expect(indexAt(days, at("2016-03-25T22:59Z"))).toBe(-1);
    expect(indexAt(days, endOf(days))).toBe(-1);
  });

  it("are drawn as they are", () => {
    const all = drawn(days, at("2016-03-25T23:00Z"), endOf(days), null, clock);
    expect(all.means).toEqual([1, 2, 3]);
    expect(all.edges).toHaveLength(4);
  });
});
