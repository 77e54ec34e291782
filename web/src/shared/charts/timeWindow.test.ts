import { describe, expect, it } from "vitest";
import { HOUR_MS, ZoneClock } from "@/shared/format/zoneClock";
import { momentText, moved, spanAt, spanOf, windowOf, zoomed } from "./timeWindow";

const at = (text: string) => Date.parse(text);
const extent = { from: at("2015-12-31T23:00Z"), to: at("2016-12-31T23:00Z") };
const clock = new ZoneClock("Europe/Berlin", extent.from, extent.to);

describe("the window of time that is seen", () => {
  it("is a calendar span of the zone", () => {
    expect(spanAt("year", at("2016-06-01T00:00Z"), clock, extent)).toEqual(extent);
    expect(spanAt("month", at("2016-03-31T22:30Z"), clock, extent)).toEqual({
      from: at("2016-03-31T22:00Z"),
      to: at("2016-04-30T22:00Z"),
    });
    const day = spanAt("day", at("2016-10-30T12:00Z"), clock, extent);
    expect(day.to - day.from).toBe(25 * HOUR_MS);
  });

  it("weeks begin on Monday and are cut to what there is", () => {
    expect(spanAt("week", extent.from, clock, extent)).toEqual({ from: extent.from, to: at("2016-01-03T23:00Z") });
  });

  it("moves from span to span and stops at the ends", () => {
    const february = spanAt("month", at("2016-02-10T00:00Z"), clock, extent);
    const march = moved(february, 1, clock, extent);
    expect(spanOf(march, clock, extent)).toBe("month");
    expect(march.from).toBe(february.to);
    const december = spanAt("month", at("2016-12-10T00:00Z"), clock, extent);
    expect(moved(december, 1, clock, extent)).toEqual(december);
  });

  it("zooms around its middle, not beyond what there is", () => {
    const day = spanAt("day", at("2016-06-10T12:00Z"), clock, extent);
    const half = zoomed(day, 0.5, extent, HOUR_MS);
    expect(half.to - half.from).toBe(12 * HOUR_MS);
    expect(zoomed(day, 1e6, extent, HOUR_MS)).toEqual(extent);
    expect(zoomed(half, 1e-6, extent, HOUR_MS).to - zoomed(half, 1e-6, extent, HOUR_MS).from).toBe(HOUR_MS);
  });

  it("goes into addresses and back", () => {
    const day = spanAt("day", at("2016-06-10T12:00Z"), clock, extent);
    expect(momentText(day.from, clock)).toBe("2016-06-10");
    expect(momentText(day.from + HOUR_MS, clock)).toBe("2016-06-09T23:00Z");
    expect(windowOf("2016-06-10", "2016-06-11", "Europe/Berlin", extent)).toEqual(day);
    expect(windowOf("nonsense", "2099-01-01", "Europe/Berlin", extent)).toEqual(extent);
    expect(windowOf("2030-01-01", "2031-01-01", "Europe/Berlin", extent)).toEqual(extent);
  });
});
