import { describe, expect, it } from "vitest";
import type { House, Run } from "../queries";
import { ownHouses } from "./ownHouses";

const house = (id: number, grid_id: number) => ({ id, grid_id, name: `No. ${id}` }) as House;
const run = (id: number, grid_id: number) => ({ id, grid_id }) as Run;

describe("ownHouses", () => {
  it("finds the newest run of each house's community", () => {
    const found = ownHouses([house(1, 10), house(2, 20), house(3, 30)], [run(9, 10), run(8, 20), run(7, 10)]);
    expect(found.map((entry) => entry.run?.id ?? null)).toEqual([9, 8, null]);
  });
});
