import { describe, expect, it } from "vitest";
import { baselineRequest, baselineTagOf, chooseBaseline } from "./baseline";
import type { Run, RunRequest } from "./queries";

const request: RunRequest = {
  grid_id: 4,
  start: "2015-12-31T23:00:00Z",
  end: "2016-12-31T23:00:00Z",
  step_minutes: 15,
  allocation: "proportional",
  pricing: "supply_demand_ratio",
  compensation_eur_per_kwh: 0.02,
  storage_strategy: "community",
  storage: {},
  bidding: { strategy: "truthful", k: 0.5, price_rule: "mid" },
  left_over: "participant",
  tariff: { kind: "flat", retail_eur_per_kwh: 0.3, feed_in_eur_per_kwh: 0.08 },
  fees: { platform_fee_eur_per_kwh: 0, local_grid_fee_eur_per_kwh: 0, grid_fee_eur_per_kwh: 0.1, taxes_eur_per_kwh: 0 },
  incentive: { kind: "fixed", eur_per_kwh: 0.1, to_sellers: 0.5 },
  minimum_trade_kwh: 0,
  network_check: false,
  power_factor: 1,
  preset: "es_static",
  seed: 0,
  detail: "step",
  tags: ["mine"],
};

function run(id: number, changes: Partial<Run> = {}, parameters: Partial<RunRequest> = {}): Run {
  const asked = { ...request, ...parameters };
  return {
    id,
    grid_id: asked.grid_id,
    name: "Year",
    tags: [],
    status: "succeeded",
    progress: 1,
    phase: null,
    error: null,
    parameters: asked,
    start: asked.start,
    end: asked.end,
    step_minutes: asked.step_minutes,
    created_at: "2026-01-01T00:00:00Z",
    started_at: null,
    finished_at: null,
    created_by: 1,
    rerun_of: null,
    sweep_id: null,
    shards: 1,
    engine_version: "0.1.0",
    topology_version: 1,
    topology_hash: "sha256:a",
    profiles_hash: "sha256:p",
    result_digest: null,
    timings: {},
    proof: null,
    ...changes,
  };
}

const alone: Partial<RunRequest> = { allocation: "none", storage_strategy: "self_consumption", pricing: "mid_market" };
const shared = run(1);

describe("the request of a baseline", () => {
  const asked = baselineRequest(shared, "Alone");

  it("shares nothing, and leaves out the rules of sharing", () => {
    expect(asked).toMatchObject({ allocation: "none", left_over: "seller", tags: ["baseline", "baseline-of-1"] });
    expect(asked).not.toHaveProperty("preset");
    expect(asked).not.toHaveProperty("incentive");
    expect(asked).not.toHaveProperty("compensation_eur_per_kwh");
  });

  it("keeps what a house does and pays on its own", () => {
    expect(asked.storage_strategy).toBe("self_consumption");
    expect(asked.tariff).toEqual(request.tariff);
    expect(asked.fees).toEqual(request.fees);
    const other = run(1, {}, { storage_strategy: "peak_shaving", storage: { peak_limit_kw: 5 } });
    expect(baselineRequest(other, "Alone")).toMatchObject({
      storage_strategy: "peak_shaving",
      storage: { peak_limit_kw: 5 },
    });
  });

  it("has a name that fits, also of a long one", () => {
    expect(baselineRequest(shared, "x".repeat(250)).name?.length).toBeLessThanOrEqual(200);
  });

  it("fits the run that it was made of", () => {
    expect(chooseBaseline(shared, [run(2, {}, asked)]).run?.id).toBe(2);
  });
});

describe("choosing a baseline", () => {
  it("takes only runs without a community", () => {
    expect(chooseBaseline(shared, [run(2)]).run).toBeNull();
  });

  it.each([
    ["another grid", run(2, { grid_id: 5 }, alone)],
    ["another period", run(2, { end: "2016-06-30T22:00:00Z" }, alone)],
    ["another step", run(2, { step_minutes: 60 }, alone)],
    [
      "another tariff",
      run(2, {}, { ...alone, tariff: { kind: "flat", retail_eur_per_kwh: 1, feed_in_eur_per_kwh: 0 } }),
    ],
    ["batteries at rest", run(2, {}, { ...alone, storage_strategy: "none" })],
    ["another way of charging cars", run(2, {}, { ...alone, charge_strategy: "cheapest_hours" })],
    ["another carbon intensity", run(2, {}, { ...alone, carbon: { kg_per_kwh: 0.4 } })],
  ])("refuses %s", (_, candidate) => {
    expect(chooseBaseline(shared, [candidate])).toEqual({ run: null, pending: null, sameInputs: false });
  });

  it("takes the same moment in another notation, and null as not given", () => {
    const candidate = run(2, { start: "2016-01-01T00:00:00+01:00" }, { ...alone, carbon: null });
    expect(chooseBaseline(shared, [candidate]).run?.id).toBe(2);
  });

  it("prefers the same inputs, then the one made for it, then the newest", () => {
    const changed = run(9, { topology_hash: "sha256:b", tags: [baselineTagOf(1)] }, alone);
    expect(chooseBaseline(shared, [changed])).toMatchObject({ run: { id: 9 }, sameInputs: false });
    const tagged = run(3, { tags: [baselineTagOf(1)] }, alone);
    const found = chooseBaseline(shared, [run(2, {}, alone), tagged, run(5, {}, alone), changed]);
    expect(found).toMatchObject({ run: { id: 3 }, sameInputs: true });
    expect(chooseBaseline(shared, [run(2, {}, alone), run(5, {}, alone)]).run?.id).toBe(5);
  });

  it("names one that is being computed, as long as there is none", () => {
    const going = run(4, { status: "running", profiles_hash: null }, alone);
    expect(chooseBaseline(shared, [going])).toMatchObject({ run: null, pending: { id: 4 } });
    expect(chooseBaseline(shared, [going, run(2, {}, alone)])).toMatchObject({ run: { id: 2 }, pending: null });
    expect(chooseBaseline(shared, [run(4, { status: "failed" }, alone)])).toMatchObject({ run: null, pending: null });
  });
});
