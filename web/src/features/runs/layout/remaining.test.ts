import { expect, it } from "vitest";
import { remainingSeconds } from "./remaining";

it("extends the pace that was seen", () => {
  const first = { atMs: 0, progress: 0.2 };
  expect(remainingSeconds(first, { atMs: 10_000, progress: 0.4 })).toBeCloseTo(30);
  expect(remainingSeconds(first, { atMs: 10_000, progress: 1 })).toBe(0);
});

it("says nothing before there is a pace", () => {
  expect(remainingSeconds(null, { atMs: 1, progress: 0.5 })).toBeNull();
  expect(remainingSeconds({ atMs: 0, progress: 0.2 }, { atMs: 60_000, progress: 0.21 })).toBeNull();
  expect(remainingSeconds({ atMs: 0, progress: 0.2 }, { atMs: 500, progress: 0.9 })).toBeNull();
});
