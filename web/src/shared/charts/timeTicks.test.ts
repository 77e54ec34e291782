import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, ZoneClock } from "@/shared/format/zoneClock";
import { tickWords, timeTicks } from "./timeTicks";

const at = (text: string) => Date.parse(text);
const start = at("2015-12-31T23:00Z");
const clock = new ZoneClock("Europe/Berlin", start, start + 366 * DAY_MS);
const texts = (ticks: { at: number }[]) => ticks.map((tick) => new Date(tick.at).toISOString().slice(0, 16));

describe("ticks in a zone", () => {
  it("are the months of a year", () => {
    const ticks = timeTicks(start, start + 366 * DAY_MS, clock, 14);
    expect(ticks).toHaveLength(13);
    expect(ticks[0]?.kind).toBe("year");
    expect(texts(ticks).slice(3, 5)).toEqual(["2016-03-31T22:00", "2016-04-30T22:00"]);
  });

  it("are local midnights in a week, also when clocks change", () => {
    const ticks = timeTicks(at("2016-03-24T23:00Z"), at("2016-03-29T22:00Z"), clock, 6);
    expect(texts(ticks)).toEqual([
      "2016-03-24T23:00",
      "2016-03-25T23:00",
      "2016-03-26T23:00",
      "2016-03-27T22:00",
      "2016-03-28T22:00",
      "2016-03-29T22:00",
    ]);
  });

  it("leave out the skipped hour of spring and keep the clock's times after it", () => {
    const ticks = timeTicks(at("2016-03-26T23:00Z"), at("2016-03-27T22:00Z"), clock, 24);
    const words = tickWords("en-GB", "Europe/Berlin");
    expect(ticks).toHaveLength(24);
    expect(ticks.slice(1, 4).map((tick) => words.time(tick.at))).toEqual(["01:00", "03:00", "04:00"]);
    expect(new Set(ticks.map((tick) => tick.at)).size).toBe(ticks.length);
  });

  it("name the day at midnight", () => {
    const day = timeTicks(at("2016-06-06T22:00Z"), at("2016-06-07T22:00Z"), clock, 8);
    expect(day.map((tick) => tick.kind)).toEqual([
      "day",
      "time",
      "time",
      "time",
      "time",
      "time",
      "time",
      "time",
      "day",
    ]);
    expect((day[1]?.at ?? 0) - (day[0]?.at ?? 0)).toBe(3 * HOUR_MS);
    expect(tickWords("en-GB", "Europe/Berlin").day(day[0]?.at ?? 0)).toBe("Tue 7 Jun");
  });
});
