import { describe, expect, it } from "vitest";
import { localDate, localHour, plusDays, startOfDay } from "./zones";

describe("local days", () => {
  it.each([
    ["2016-01-01", "Europe/Berlin", "2015-12-31T23:00:00.000Z"],
    ["2016-07-01", "Europe/Berlin", "2016-06-30T22:00:00.000Z"],
    // The days on which the clocks change begin with the offset of before.
    ["2016-03-27", "Europe/Berlin", "2016-03-26T23:00:00.000Z"],
    ["2016-10-30", "Europe/Berlin", "2016-10-29T22:00:00.000Z"],
    ["2016-10-31", "Europe/Berlin", "2016-10-30T23:00:00.000Z"],
    ["2024-06-01", "Asia/Kolkata", "2024-05-31T18:30:00.000Z"],
    ["2024-06-01", "America/St_Johns", "2024-06-01T02:30:00.000Z"],
  ])("%s in %s begins at %s", (date, zone, instant) => {
    expect(startOfDay(date, zone).toISOString()).toBe(instant);
  });

  it("gives back the date of each day's first and last moment", () => {
    for (let date = "2024-01-01"; date < "2025-01-01"; date = plusDays(date, 1)) {
      const start = startOfDay(date, "Europe/Berlin");
      expect(localDate(start, "Europe/Berlin")).toBe(date);
      expect(localHour(start, "Europe/Berlin")).toBe(0);
      const end = startOfDay(plusDays(date, 1), "Europe/Berlin");
      expect(localDate(end.getTime() - 1, "Europe/Berlin")).toBe(date);
    }
  });

  it("knows that days have 23, 24 or 25 hours", () => {
    const hours = (date: string) =>
      (startOfDay(plusDays(date, 1), "Europe/Berlin").getTime() - startOfDay(date, "Europe/Berlin").getTime()) /
      3_600_000;
    expect([hours("2016-03-27"), hours("2016-05-01"), hours("2016-10-30")]).toEqual([23, 24, 25]);
  });
});
