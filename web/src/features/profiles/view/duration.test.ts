import { describe, expect, it } from "vitest";
import { durationOf, peakIndex } from "./duration";

describe("a load-duration curve", () => {
  it("falls from the highest to the lowest value over the period's hours", () => {
    expect(durationOf([1, 4, 2, 3], 15)).toEqual({ hours: [0.25, 0.5, 0.75, 1], values: [4, 3, 2, 1] });
  });
  it("is thinned but keeps both ends", () => {
    const { hours, values } = durationOf(
      Array.from({ length: 35_136 }, (_, step) => (step * 7919) % 35_136),
      15,
    );
    expect(values).toHaveLength(600);
    expect([values[0], values.at(-1)]).toEqual([35_135, 0]);
    expect(hours.at(-1)).toBe(8784);
  });
  it("sorts numbers as numbers and leaves out what is missing", () => {
    expect(durationOf([10, null, 9, -1], 60).values).toEqual([10, 9, -1]);
    expect(durationOf([], 60)).toEqual({ hours: [], values: [] });
  });
  it("finds the peak", () => {
    expect(peakIndex([1, null, 3, 3])).toBe(2);
    expect(peakIndex([])).toBe(-1);
  });
});
