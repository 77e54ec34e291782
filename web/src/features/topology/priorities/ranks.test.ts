import { describe, expect, it } from "vitest";
import { configurationOf, isChanged, membersOf, moved, newRank, ranksOf, takenElsewhere, withMembers } from "./ranks";

const list = {
  id: 1,
  name: "Medical first",
  created_by: 1,
  configuration: [
    { flags: ["medical"], houses: [] },
    { flags: ["essential"], houses: [12] },
  ],
};

describe("ranks", () => {
  it("come back as they were", () => {
    expect(configurationOf(ranksOf(list))).toEqual(list.configuration);
    expect(isChanged(ranksOf(list), list)).toBe(false);
  });
  it("without anybody say nothing", () => {
    expect(isChanged([...ranksOf(list), newRank()], list)).toBe(false);
  });
  it("change places", () => {
    const ranks = moved(ranksOf(list), 0, 1);
    expect(configurationOf(ranks)[0]?.houses).toEqual([12]);
    expect(isChanged(ranks, list)).toBe(true);
    expect(moved(ranks, 0, -1)).toEqual(ranks);
  });
  it("take flags with odd names, and houses", () => {
    const rank = withMembers(newRank(), ["flag:house:1", "house:7"]);
    expect(rank).toMatchObject({ flags: ["house:1"], houses: [7] });
    expect(membersOf(rank)).toEqual(["flag:house:1", "house:7"]);
  });
  it("don't name somebody twice", () => {
    const ranks = ranksOf(list);
    expect([...takenElsewhere(ranks, ranks[0]?.id ?? "")]).toEqual(["flag:essential", "house:12"]);
  });
});
