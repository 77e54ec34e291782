import { describe, expect, it } from "vitest";
import { ZoneClock } from "@/shared/format/zoneClock";
import { busiestDay, hoursOfDay, priceDuration, thinned } from "./prices";

const start = Date.parse("2016-06-14T22:00:00Z");
const clock = new ZoneClock("Europe/Berlin", start, start + 3 * 86_400_000);

describe("prices", () => {
  it("lie over the local day, weighted by energy, empty hours counted", () => {
    const prices = Array.from({ length: 48 }, (_, index) => (index === 12 ? 0.1 : index === 36 ? 0.2 : null));
    const tradedKw = prices.map((price) => (price === 0.1 ? 3 : price === 0.2 ? 1 : 0));
    const noon = hoursOfDay({ start, stepMinutes: 60, prices, tradedKw }, clock)[12];
    expect(noon?.tradedKw).toBe(2);
    expect(noon?.price).toBeCloseTo(0.125, 12);
    expect(hoursOfDay({ start, stepMinutes: 60, prices, tradedKw }, clock)[3]?.price).toBeNull();
  });

  it("fall, without hours in which nothing was traded", () => {
    const found = priceDuration({ start, stepMinutes: 30, prices: [0.1, 0.3, null, 0.2], tradedKw: [1, 1, 1, 0] });
    expect(found).toMatchObject({
      prices: [0.3, 0.1],
      hoursWithTrade: 1,
      lowest: 0.1,
      highest: 0.3,
      isConstant: false,
    });
    expect(priceDuration({ start, stepMinutes: 30, prices: [null], tradedKw: [2] })).toBeNull();
  });

  it("are constant but for float32", () => {
    const prices = [0.119900003, 0.1199000031, 0.119900003];
    expect(priceDuration({ start, stepMinutes: 60, prices, tradedKw: [1, 2, 3] })?.isConstant).toBe(true);
  });

  it("are thinned with both ends", () => {
    const all = Array.from({ length: 1001 }, (_, index) => 1001 - index);
    const few = thinned(all, 11);
    expect(few).toHaveLength(11);
    expect(few[0]).toEqual([0, 1001]);
    expect(few.at(-1)).toEqual([1000, 1]);
  });

  it("name the day with most trade by the local calendar", () => {
    const timestamps = [start, start + 86_400_000, start + 2 * 86_400_000];
    expect(busiestDay({ timestamps, tradedKw: [1, 5, 3] }, clock)).toBe("2016-06-16");
    expect(busiestDay({ timestamps, tradedKw: [0, null, 0] }, clock)).toBeNull();
  });
});
