import { describe, expect, it } from "vitest";
import type { Schemas } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problems";
import { type Facts, factsOf } from "./facts";
import { findingsOf } from "./findings";
import { fixedByLaw, mattersOf, withPreset } from "./matters";
import { formOf, requestOf } from "./request";
import { problemsOf } from "./rules";
import { DEFAULTS, type Preset, type RunForm } from "./values";

const facts: Facts = {
  name: "Village",
  timezone: "Europe/Berlin",
  currency: "EUR",
  houses: 10,
  transformers: 2,
  batteries: 1,
  cars: 1,
  thermal: 0,
  hasKeys: false,
  hasLimits: false,
  hasNetwork: true,
  priorityLists: [],
  assignedProfiles: 3,
  common: { start: "2015-12-31T23:00:00Z", end: "2016-12-31T23:00:00Z" },
};
const form = (changes: Partial<RunForm> = {}): RunForm => ({ ...DEFAULTS, grid_id: 4, ...changes });
const asked = (changes: Partial<RunForm> = {}) => requestOf(form(changes), facts);
const preset: Preset = {
  name: "es_static",
  country: "ES",
  title: "",
  law: "",
  step_minutes: 60,
  allocation: "static_key",
  left_over: "participant",
  pricing: null,
  rounding_decimals: 6,
  grid_fees: { inside: 0.6, between: 0.8 },
  incentive: null,
  notes: [],
  sources: [],
};

describe("the request that a form makes", () => {
  it("is the service's defaults over all that the profiles cover, when nobody changed anything", () => {
    expect(asked()).toMatchObject({
      grid_id: 4,
      ...facts.common,
      allocation: "proportional",
      pricing: "mid_market",
      storage_strategy: "self_consumption",
      name: null,
    });
    expect(problemsOf(form(), facts)).toEqual({});
  });

  it("waits for a community and a period", () => {
    expect(requestOf(DEFAULTS, facts)).toBeNull();
    expect(requestOf(form(), { ...facts, common: null })).toBeNull();
  });

  it("leaves out what does not matter for the choices", () => {
    const none = asked({
      allocation: "none",
      pricing: "fixed",
      fixed_price_eur_per_kwh: 0.2,
      incentive: { ...DEFAULTS.incentive, kind: "fixed", eur_per_kwh: 0.1 },
      storage: { ...DEFAULTS.storage, peak_limit_kw: 3 },
    });
    expect(none).toMatchObject({ pricing: "mid_market", fixed_price_eur_per_kwh: null, incentive: null });
    expect(none?.storage.peak_limit_kw).toBeNull();
  });

  it("asks an auction for no pricing that it would be refused with", () => {
    expect(asked({ allocation: "uniform_price", pricing: "bill_sharing" })?.pricing).toBe("mid_market");
  });

  it("lets a law's rule fill in local grid fees that are empty", () => {
    expect(asked()?.fees).not.toHaveProperty("local_grid_fee_eur_per_kwh");
    const fees = { ...DEFAULTS.fees, local_grid_fee_eur_per_kwh: 0.05 };
    expect(asked({ fees })?.fees.local_grid_fee_eur_per_kwh).toBe(0.05);
  });

  it("has each tariff in its own form", () => {
    const periods: RunForm["tariff"]["periods"] = [
      { key: "a", from: "22:00", to: "06:00", weekdays: ["5", "holiday"], retail_eur_per_kwh: 0.2 },
    ];
    const holidays = { country: "de", subdivision: "NW" };
    expect(asked({ tariff: { ...DEFAULTS.tariff, kind: "time_of_use", periods, holidays } })?.tariff).toEqual({
      kind: "time_of_use",
      retail_eur_per_kwh: 0.3,
      feed_in_eur_per_kwh: 0.08,
      periods: [{ from: "22:00", to: "06:00", weekdays: [5, "holiday"], retail_eur_per_kwh: 0.2 }],
      holidays: { country: "DE", subdivision: "NW" },
    });
    const series = { ...DEFAULTS.tariff, kind: "series" as const, profile_id: 7, feed_in_from: "profile" as const };
    expect(asked({ tariff: { ...series, feed_in_profile_id: 8 } })?.tariff).toMatchObject({
      profile_id: 7,
      feed_in_eur_per_kwh: null,
      feed_in_profile_id: 8,
    });
  });

  it.each([
    form({
      allocation: "greedy",
      minimum_trade_kwh: 0.1,
      tags: ["x"],
      name: "A",
      period: { kind: "month", month: "2016-03" },
    }),
    form({ allocation: "price_time", bidding: { strategy: "zero_intelligence", k: 0.3, price_rule: "mid" }, seed: 7 }),
    form({ pricing: "fixed", fixed_price_eur_per_kwh: 0.2, charge_strategy: "by_departure", network_check: true }),
    form({
      storage_strategy: "peak_shaving",
      storage: { ...DEFAULTS.storage, peak_limit_kw: 5, recharge_below_kw: 1 },
    }),
    form({ incentive: { ...DEFAULTS.incentive, kind: "it_cer", zonal_price_eur_per_mwh: 90 } }),
    form({ carbon: { from: "number", kg_per_kwh: 0.33, profile_id: null } }),
  ])("comes back from a copied run as it was (%#)", (values) => {
    const request = requestOf(values, facts);
    expect(request).not.toBeNull();
    if (request) expect(requestOf(formOf(request, facts.common, facts.timezone), facts)).toEqual(request);
  });
});

describe("a preset", () => {
  it("fills in what the law says, and fixes part of it", () => {
    const filled = withPreset(form({ fees: { ...DEFAULTS.fees, local_grid_fee_eur_per_kwh: 0.1 } }), preset);
    expect(filled).toMatchObject({
      preset: "es_static",
      step_minutes: 60,
      allocation: "static_key",
      left_over: "participant",
      pricing: "mid_market",
      rounding_decimals: 6,
    });
    expect(filled.fees.local_grid_fee_eur_per_kwh).toBe("");
    expect(fixedByLaw(preset)).toEqual({ step_minutes: true, allocation: true, left_over: true, pricing: false });
    expect(fixedByLaw(undefined).step_minutes).toBe(false);
    expect(withPreset(filled, undefined)).toMatchObject({ preset: null, allocation: "static_key" });
  });
});

describe("what matters", () => {
  it("follows the choices and the community", () => {
    expect(mattersOf(form({ allocation: "uniform_price" }), facts)).toMatchObject({
      auction: true,
      pricing: false,
      priceRule: true,
      seed: false,
      minimumTrade: true,
    });
    expect(mattersOf(form(), { ...facts, batteries: 0, cars: 0, transformers: 1, hasNetwork: false })).toMatchObject({
      storage: false,
      cars: false,
      betweenFee: false,
      network: false,
    });
    expect(mattersOf(form({ pricing: "upstream" }), facts)).toMatchObject({ localFees: false, priceBounds: false });
  });
});

describe("the rules", () => {
  it.each<[string, Partial<RunForm>, string, string]>([
    ["no community", { grid_id: null }, "grid_id", "required"],
    ["a fixed price that is missing", { pricing: "fixed" }, "fixed_price_eur_per_kwh", "required"],
    ["a list of priorities that is missing", { allocation: "priority" }, "priority_list_id", "required"],
    ["no price for a battery", { storage_strategy: "time_of_use" }, "storage.charge_below_eur_per_kwh", "onePrice"],
    ["no limit to shave to", { storage_strategy: "peak_shaving" }, "storage.peak_limit_kw", "required"],
    [
      "floor above cap",
      { price_floor_eur_per_kwh: 2, price_cap_eur_per_kwh: 1 },
      "price_floor_eur_per_kwh",
      "floorAboveCap",
    ],
    ["time outside the profiles", { period: { kind: "year", year: "2017" } }, "period", "outside"],
    ["no period of a day", { tariff: { ...DEFAULTS.tariff, kind: "time_of_use" } }, "tariff.periods", "noPeriods"],
    ["no price profile", { tariff: { ...DEFAULTS.tariff, kind: "series" } }, "tariff.profile_id", "required"],
    ["a negative fee", { fees: { ...DEFAULTS.fees, taxes_eur_per_kwh: -1 } }, "fees.taxes_eur_per_kwh", "negative"],
    ["half a shard", { shards: 1.5 }, "shards", "notWhole"],
  ])("find %s", (_, changes, path, problem) => {
    expect(problemsOf(form(changes), facts)).toEqual({ [path]: problem });
  });

  it("look at each period of the day", () => {
    const periods = [{ key: "a", from: "22:10", to: "22:10", weekdays: [], retail_eur_per_kwh: "" as const }];
    const found = problemsOf(form({ tariff: { ...DEFAULTS.tariff, kind: "time_of_use", periods } }), facts);
    expect(Object.keys(found).sort()).toEqual([
      "tariff.periods.0.from",
      "tariff.periods.0.retail_eur_per_kwh",
      "tariff.periods.0.to",
    ]);
  });
});

describe("a community's facts", () => {
  it("are counted from its document", () => {
    const house = (devices: string[], sharing_key: number | null = null) => ({
      devices: devices.map((kind) => ({ kind })),
      sharing_key,
    });
    const document = {
      name: "A",
      timezone: "UTC",
      currency: "EUR",
      import_limit_kw: null,
      transformers: [
        { capacity_kw: 100, houses: [house(["battery", "heat_pump"]), house(["electric_vehicle", "battery"], 0.5)] },
        { houses: [] },
      ],
    } as unknown as Schemas["Document"];
    expect(factsOf(document, [], [])).toMatchObject({
      houses: 2,
      transformers: 2,
      batteries: 2,
      cars: 1,
      thermal: 1,
      hasKeys: true,
      hasLimits: true,
      hasNetwork: false,
      common: null,
    });
  });
});

describe("findings of the service", () => {
  it("go to the fields of the form, and many of the same kind into one line", () => {
    const problem = new ApiProblem({
      status: 422,
      errors: [
        { field: "tariff.flat.retail_eur_per_kwh", message: "a" },
        { field: "end", message: "b" },
        { field: "profiles.1", message: "c" },
        { field: "profiles.2", message: "c" },
        { field: "memory", message: "d" },
      ],
    });
    expect(findingsOf(problem)).toEqual({
      fields: { "tariff.retail_eur_per_kwh": "a", period: "b" },
      inputs: [
        { kind: "profiles", message: "c", count: 2, first: "profiles.1" },
        { kind: "other", message: "d", count: 1, first: "memory" },
      ],
    });
    expect(findingsOf(new ApiProblem({ status: 500 })).inputs).toEqual([]);
  });
});
