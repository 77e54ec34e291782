import { describe, expect, it } from "vitest";
import { detailDays, wholeResolution } from "./seriesPlan";

const profile = (years: number, step_minutes: number) => ({
  start: "2010-01-01T00:00:00Z",
  end: `${2010 + years}-01-01T00:00:00Z`,
  step_minutes,
});
const at = (text: string) => Date.parse(text);

describe("what is fetched of a profile", () => {
  it("is all of a year, down to minutes", () => {
    expect(wholeResolution(profile(1, 15))).toBe("native");
    expect(wholeResolution(profile(1, 1))).toBe("native");
  });
  it("is means of longer ones", () => {
    expect(wholeResolution(profile(10, 1))).toBe("15m");
    expect(wholeResolution(profile(30, 1))).toBe("1h");
  });
  it("and the details of what is looked at, in whole weeks", () => {
    const long = profile(10, 1);
    const day = { from: at("2015-06-10T00:00Z"), to: at("2015-06-11T00:00Z") };
    const details = detailDays(long, day);
    expect(details).not.toBeNull();
    expect(at(details?.from ?? "")).toBeLessThanOrEqual(day.from);
    expect(at(details?.to ?? "")).toBeGreaterThanOrEqual(day.to);
    const later = detailDays(long, { from: day.from + 3_600_000, to: day.to + 3_600_000 });
    expect(later).toEqual(details);
    expect(detailDays(long, { from: at(long.start), to: at(long.end) })).toBeNull();
    expect(detailDays(profile(1, 15), day)).toBeNull();
  });
});
