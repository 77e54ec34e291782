import { expect, test } from "vitest";
import type { ResultNode } from "../queries";
import { type HouseSums, servedBy, sumsAt, usedFor } from "./months";
import { filtered, flagsOf, houseRows, neighboursOf, winnersAndLosers } from "./rows";

const house = (id: number, parent: number, saving: number, flags: string[] = []) =>
  ({
    node_id: id,
    parent_id: parent,
    kind: "house",
    name: `House ${id}`,
    owner: null,
    house_type: null,
    flags,
    indicators: { saving_eur: saving, bought_local_kwh: 3, bought_grid_kwh: 2 },
  }) as unknown as ResultNode;
const transformer = { ...house(1, 0, 0), kind: "transformer", name: "T" } as ResultNode;
const rows = houseRows([
  transformer,
  house(2, 1, 5, ["medical"]),
  house(3, 1, 0.004),
  house(4, 9, -2, ["prosumer", "medical"]),
]);

test("rows know their transformer and add trades inside and between", () => {
  expect(rows.map((row) => row.transformer)).toEqual(["T", "T", null]);
  expect(rows[0]?.boughtKwh).toBe(5);
  expect(rows[0]?.selfSufficiency).toBeNull();
});

test("filters, flags, winners, neighbours", () => {
  expect(filtered(rows, { flag: "medical" }).map((row) => row.id)).toEqual([2, 4]);
  expect(filtered(rows, { flag: "medical", transformer: 1 }).map((row) => row.id)).toEqual([2]);
  expect(flagsOf(rows)).toEqual(["medical", "prosumer"]);
  expect(winnersAndLosers(rows)).toEqual({ better: 1, same: 1, worse: 1 });
  expect(neighboursOf(rows, 3)).toMatchObject({ before: { id: 2 }, after: { id: 4 } });
  expect(neighboursOf(rows, 77)).toEqual({ before: null, after: null });
});

const NONE: HouseSums = {
  loadKwh: 0,
  drivenKwh: 0,
  generationKwh: 0,
  ownUseKwh: 0,
  boughtKwh: 0,
  soldKwh: 0,
  importKwh: 0,
  exportKwh: 0,
  curtailedKwh: 0,
  unservedKwh: 0,
};
const total = (parts: object) => Object.values(parts).reduce((sum: number, part: number) => sum + part, 0);

test("a month of a house with a battery adds up on both sides", () => {
  const sums = {
    ...NONE,
    loadKwh: 300,
    generationKwh: 200,
    ownUseKwh: 80,
    boughtKwh: 40,
    importKwh: 130,
    soldKwh: 30,
    exportKwh: 35,
  };
  expect(servedBy(sums)).toEqual({ ownUse: 80, storage: 50, neighbours: 40, import: 130, unserved: 0 });
  expect(usedFor(sums)).toEqual({ ownUse: 80, storage: 55, neighbours: 30, export: 35, curtailed: 0 });
});

test("a car that charges from the supplier: no more than was consumed is shown", () => {
  const sums = { ...NONE, loadKwh: 100, drivenKwh: 50, importKwh: 170, boughtKwh: 5 };
  const parts = servedBy(sums);
  expect(parts).toEqual({ ownUse: 0, storage: 0, neighbours: 0, import: 150, unserved: 0 });
  expect(total(parts)).toBe(150);
});

test("sums of a month are read from series, missing ones as nothing", () => {
  expect(sumsAt({ bought_local_kwh: [1, 2], bought_grid_kwh: [10, 20], load_kwh: [5, null] }, 1)).toEqual({
    ...NONE,
    boughtKwh: 22,
  });
});
