import { expect, it } from "vitest";
import { timingParts } from "./timings";

it("lists what came one after the other, once", () => {
  const parts = timingParts({
    close: 0.4,
    collect: 0.2,
    compute: 0.7,
    write: 1.3,
    simulate_and_write: 1,
    network: 0.5,
  });
  expect(parts).toEqual([
    { name: "collect", seconds: 0.2 },
    { name: "simulate_and_write", seconds: 1 },
    { name: "close", seconds: 0.4 },
    { name: "other", seconds: 0.5 },
  ]);
  expect(timingParts({})).toEqual([]);
});
