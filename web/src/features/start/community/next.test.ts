import { describe, expect, it } from "vitest";
import { nextStep } from "./next";

describe("nextStep", () => {
  it.each([
    [{ houses: 0, hasAssignments: false, hasRuns: false }, "houses"],
    [{ houses: 3, hasAssignments: false, hasRuns: false }, "profiles"],
    [{ houses: 3, hasAssignments: true, hasRuns: false }, "run"],
    [{ houses: 3, hasAssignments: true, hasRuns: true }, null],
    [{ houses: 0, hasAssignments: false, hasRuns: true }, null],
  ])("of %o is %s", (state, step) => {
    expect(nextStep(state)).toBe(step);
  });
});
