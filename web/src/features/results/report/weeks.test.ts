import { describe, expect, it } from "vitest";
import { plusDays } from "@/shared/format/zones";
import { type Day, supplyOf, typicalWeek, typicalWeeks } from "./weeks";

const days = (first: string, count: number, load: (index: number) => number): Day[] =>
  Array.from({ length: count }, (_, index) => ({ date: plusDays(first, index), loadKw: load(index), generationKw: 1 }));

describe("typical weeks", () => {
  it("are whole weeks from Monday, closest to the month's mean", () => {
    // June 2016 begins on a Wednesday: Mondays are the 6th, 13th and 20th (27th does not fit).
    const june = days("2016-06-01", 30, (index) => (index < 12 ? 4 : index < 19 ? 10 : 18));
    expect(typicalWeek(june, "2016-06")).toBe("2016-06-13");
  });

  it("are of June and January", () => {
    expect(typicalWeeks(days("2016-01-01", 366, () => 1)).map((week) => week.month)).toEqual(["2016-06", "2016-01"]);
  });

  it("take what there is of a short run", () => {
    expect(typicalWeeks(days("2016-03-01", 31, () => 1))).toHaveLength(1);
    expect(typicalWeeks(days("2016-03-02", 3, () => 1))).toEqual([
      { month: "2016-03", from: "2016-03-02", to: "2016-03-05" },
    ]);
    expect(typicalWeeks([])).toEqual([]);
  });
});

describe("supplyOf", () => {
  it("adds up to the load in every step", () => {
    const steps = {
      load: [10, 10, 4, 5],
      generation: [0, 12, 0, 1],
      storage: [-3, 2, -6, 0],
      grid: [7, 0, 0, 2],
      unserved: [0, 0, 0, 2],
    };
    const supply = supplyOf(steps);
    steps.load.forEach((load, index) => {
      const sum = Object.values(supply).reduce((total, part) => total + (part[index] ?? 0), 0);
      expect(sum).toBeCloseTo(load, 12);
    });
    expect(supply.local).toEqual([0, 10, 0, 1]);
    expect(supply.storage).toEqual([3, 0, 4, 0]);
  });
});
