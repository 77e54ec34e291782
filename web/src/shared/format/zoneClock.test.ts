import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, ZoneClock } from "./zoneClock";

const at = (text: string) => Date.parse(text);
const berlin = new ZoneClock("Europe/Berlin", at("2016-01-01T00:00Z"), at("2017-01-01T00:00Z"));

describe("a zone's clock", () => {
  it("knows summer and winter", () => {
    expect(berlin.offset(at("2016-01-15T12:00Z"))).toBe(HOUR_MS);
    expect(berlin.offset(at("2016-07-15T12:00Z"))).toBe(2 * HOUR_MS);
  });

  it("changes at the minute", () => {
    expect(berlin.offset(at("2016-03-27T00:59:59Z"))).toBe(HOUR_MS);
    expect(berlin.offset(at("2016-03-27T01:00:00Z"))).toBe(2 * HOUR_MS);
    expect(berlin.offset(at("2016-10-30T00:59:59Z"))).toBe(2 * HOUR_MS);
    expect(berlin.offset(at("2016-10-30T01:00:00Z"))).toBe(HOUR_MS);
  });

  it("takes the first of a repeated time, and the change for a skipped one", () => {
    expect(berlin.instant(at("2016-10-30T02:30Z"))).toBe(at("2016-10-30T00:30Z"));
    expect(berlin.instant(at("2016-03-27T02:30Z"))).toBe(at("2016-03-27T01:00Z"));
  });

  it("has days of 23, 24 and 25 hours", () => {
    const days = berlin.days(at("2016-03-25T23:00Z"), at("2016-03-28T22:00Z"));
    expect(days.map((day) => new Date(day).toISOString())).toEqual([
      "2016-03-25T23:00:00.000Z",
      "2016-03-26T23:00:00.000Z",
      "2016-03-27T22:00:00.000Z",
    ]);
    const autumn = berlin.startOfDay(at("2016-10-30T12:00Z"));
    expect(berlin.plusDays(autumn, 1) - autumn).toBe(25 * HOUR_MS);
    expect(berlin.date(autumn)).toBe("2016-10-30");
  });

  it("counts 366 local days in a leap year, and its months", () => {
    const start = berlin.instant(at("2016-01-01T00:00Z"));
    const end = berlin.instant(at("2017-01-01T00:00Z"));
    expect(berlin.days(start, end)).toHaveLength(366);
    expect(berlin.plusMonths(start, 12)).toBe(end);
    expect(berlin.plusMonths(at("2016-02-29T12:00Z"), 0)).toBe(at("2016-01-31T23:00Z"));
  });

  it("serves zones without summer time and off the hour", () => {
    const kolkata = new ZoneClock("Asia/Kolkata", at("2016-01-01T00:00Z"), at("2017-01-01T00:00Z"));
    expect(kolkata.startOfDay(at("2016-06-01T00:00Z"))).toBe(at("2016-05-31T18:30Z"));
    const utc = new ZoneClock("UTC", 0, DAY_MS);
    expect(utc.wall(12345)).toBe(12345);
  });
});
