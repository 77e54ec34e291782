import { describe, expect, it } from "vitest";
import { differing, doubts, flattened, runIdsOf } from "./parameters";

describe("parameters", () => {
  it("flattens what is nested and leaves out what is not given", () => {
    const found = flattened({ name: "a", tariff: { kind: "flat", retail_eur_per_kwh: 0.3 }, incentive: null, seed: 0 });
    expect([...found]).toEqual([
      ["tariff.kind", "flat"],
      ["tariff.retail_eur_per_kwh", 0.3],
      ["seed", 0],
    ]);
  });

  it("finds only what differs, also what one run does not have", () => {
    const one = { allocation: "none", tariff: { kind: "flat", retail_eur_per_kwh: 0.3 }, name: "a" };
    const other = { allocation: "greedy", tariff: { kind: "flat", retail_eur_per_kwh: 0.3 }, name: "b", seed: 3 };
    expect(differing([one, other])).toEqual([
      { path: "allocation", values: ["none", "greedy"] },
      { path: "seed", values: [undefined, 3] },
    ]);
  });

  it("compares lists as a whole", () => {
    const period = { from: "06:00", to: "09:00" };
    expect(differing([{ periods: [period] }, { periods: [{ ...period }] }])).toEqual([]);
    expect(differing([{ periods: [period] }, { periods: [] }])).toHaveLength(1);
  });

  it("doubts other periods, grids, currencies and steps", () => {
    const run = {
      grid_id: 1,
      start: "2016-01-01T00:00:00Z",
      end: "2017-01-01T00:00:00Z",
      currency: "EUR",
      step_minutes: 15,
    };
    expect(doubts([run, { ...run, start: "2016-01-01T01:00:00+01:00" }])).toEqual([]);
    expect(doubts([run, { ...run, grid_id: 2, end: "2016-07-01T00:00:00Z" }])).toEqual(["grid", "period"]);
    expect(doubts([run, { ...run, currency: "CHF", step_minutes: 60 }])).toEqual(["currency", "step"]);
  });

  it("reads run ids, each once and no more than four", () => {
    expect(runIdsOf("3,1,3,x,-2,9,8,7")).toEqual([3, 1, 9, 8]);
    expect(runIdsOf(undefined)).toEqual([]);
  });
});
