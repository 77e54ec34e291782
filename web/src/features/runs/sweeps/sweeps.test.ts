import { describe, expect, it } from "vitest";
import type { RunRequest } from "@/shared/runs/queries";
import { countRuns, objectionsTo, range } from "./combining";
import { matrixOf, type OutcomeRow, unitOf } from "./outcomes";
import { type Variable, valueText } from "./variables";

const base = { storage: {}, priority_list_id: null } as unknown as RunRequest;
const allocation = { path: "allocation", values: ["greedy", "equal"] };
const prices = { path: "tariff.retail_eur_per_kwh", values: [0.2, 0.3, 0.4] };

describe("combining", () => {
  it("counts each with each, and side by side", () => {
    expect(countRuns([allocation, prices], "product")).toBe(6);
    expect(countRuns([allocation, { ...prices, values: [1, 2] }], "zip")).toBe(2);
    expect(countRuns([], "product")).toBe(0);
  });

  it("objects to what would be refused", () => {
    expect(objectionsTo([allocation, prices], "product", base)).toEqual([]);
    expect(objectionsTo([], "product", base)).toEqual([{ kind: "nothing" }]);
    expect(objectionsTo([{ ...prices, values: [] }], "product", base)).toEqual([{ kind: "nothing" }]);
    expect(objectionsTo([allocation, prices], "zip", base)).toEqual([{ kind: "lengths", lengths: [2, 3] }]);
    const many = { path: "seed", values: range(1, 400, 1) };
    expect(objectionsTo([many, allocation], "product", base)).toEqual([{ kind: "tooMany", count: 800 }]);
  });

  it.each([
    ["allocation", "priority", "priority_list_id", "priority_list_id"],
    ["pricing", "fixed", "fixed_price_eur_per_kwh", "fixed_price_eur_per_kwh"],
    ["storage_strategy", "time_of_use", "storage", "storage.charge_below_eur_per_kwh"],
    ["storage_strategy", "peak_shaving", "peak_limit_kw", "storage.peak_limit_kw"],
  ])("asks for what %s = %s needs, unless it is varied too", (path, value, what, cure) => {
    const rule = { path, values: [value] };
    expect(objectionsTo([rule], "product", base)).toEqual([{ kind: "needs", what }]);
    if (cure !== "priority_list_id")
      expect(objectionsTo([rule, { path: cure, values: [1] }], "product", base)).toEqual([]);
  });
});

it("makes ranges without dust", () => {
  expect(range(0.1, 0.3, 0.1)).toEqual([0.1, 0.2, 0.3]);
  expect(range(1, 2, 0.3)).toEqual([1, 1.3, 1.6, 1.9]);
  expect(range(1, 0, 1)).toEqual([]);
  expect(range(0, 1, 0)).toEqual([]);
});

describe("outcomes", () => {
  const row = (varied: Record<string, unknown>, value: number | null): OutcomeRow => ({
    run_id: 1,
    status: value === null ? "running" : "succeeded",
    varied,
    indicators: value === null ? null : { saving_rate: value },
    digest: null,
    error: null,
  });

  it("make a matrix of two varied entries, for given values of the others", () => {
    const rows = [
      row({ a: "x", b: 1, c: 1 }, 0.1),
      row({ a: "y", b: 1, c: 1 }, 0.2),
      row({ a: "x", b: 2, c: 1 }, null),
      row({ a: "y", b: 2, c: 2 }, 0.4),
    ];
    const matrix = matrixOf(
      rows,
      { path: "a", values: ["x", "y"] },
      { path: "b", values: [1, 2] },
      { c: 1 },
      "saving_rate",
    );
    expect(matrix.cells).toEqual([
      [0, 0, 10],
      [1, 0, 20],
    ]);
  });

  it("have units by their names", () => {
    expect(
      ["bill_eur", "saving_rate", "co2_kg", "import_peak_kw", "mean_local_price_eur_per_kwh"].map((name) =>
        unitOf(name, "EUR"),
      ),
    ).toEqual(["EUR", "%", "kg", "kW", "EUR/kWh"]);
  });
});

it("shows values in words", () => {
  const plain = (value: number) => String(value);
  const charge: Variable = { path: "charge_strategy", name: "", choices: [{ value: null, name: "own" }] };
  expect(valueText(charge, null, plain)).toBe("own");
  expect(valueText({ path: "p", name: "", unit: "kW" }, 2, plain)).toBe("2 kW");
  expect(valueText({ path: "p", name: "" }, { kind: "flat" }, plain)).toBe('{"kind":"flat"}');
});
