import { describe, expect, it } from "vitest";
import type { House, Profile } from "../queries";
import { bodyOf, dealt, entriesOf, entry, sameEntries, scaleFor, shownHouses, withBulk } from "./plan";

const profile = (id: number, profile_type: string, energy_kwh: number | null) =>
  ({
    id,
    profile_type,
    start: "2027-01-01T00:00:00Z",
    end: "2028-01-01T00:00:00Z",
    statistics: { energy_kwh },
  }) as unknown as Profile;
const load = profile(1, "load", 1000);
const other = profile(2, "load", 2000);
const solar = profile(3, "solar", 950);
const typeOf = (id: number) => [load, other, solar].find((one) => one.id === id)?.profile_type;

describe("scales", () => {
  it("are a factor, or make a year's energy", () => {
    expect(scaleFor(load, { by: "factor", factor: 2.5 })).toBe(2.5);
    expect(scaleFor(load, { by: "energy", kwh: 3500 })).toBe(3.5);
    expect(scaleFor(profile(4, "load", 0), { by: "energy", kwh: 3500 })).toBeNull();
    expect(scaleFor(load, { by: "factor", factor: 0 })).toBeNull();
  });
});

describe("dealing profiles to houses", () => {
  it("goes in turns", () => expect(dealt(["a", "b"], 5, { by: "turns" })).toEqual(["a", "b", "a", "b", "a"]));
  it("goes by chance, the same for a seed", () => {
    const once = dealt(["a", "b", "c"], 3000, { by: "chance", seed: 7 });
    expect(dealt(["a", "b", "c"], 3000, { by: "chance", seed: 7 })).toEqual(once);
    expect(dealt(["a", "b", "c"], 3000, { by: "chance", seed: 8 })).not.toEqual(once);
    for (const letter of "abc") expect(once.filter((one) => one === letter).length).toBeGreaterThan(900);
  });
  it("of none gives none", () => expect(dealt([], 3, { by: "turns" })).toEqual([]));
});

describe("many houses at once", () => {
  const entries = [
    entry({ houseId: 10, profileId: 1, scale: 1 }),
    entry({ houseId: 10, profileId: 3, scale: 5 }),
    entry({ houseId: 11, profileId: 1, scale: 1 }),
  ];
  const bulk = {
    houseIds: [10, 12],
    profiles: [other],
    scaling: { by: "energy" as const, kwh: 4000 },
    order: { by: "turns" as const },
    replace: true,
  };
  it("replace what is of the same type, and nothing else", () => {
    const after = withBulk(entries, bulk, typeOf);
    expect(bodyOf(after)).toEqual([
      { house_id: 10, profile_id: 3, scale: 5 },
      { house_id: 11, profile_id: 1, scale: 1 },
      { house_id: 10, profile_id: 2, scale: 2 },
      { house_id: 12, profile_id: 2, scale: 2 },
    ]);
  });
  it("or add to it", () => expect(withBulk(entries, { ...bulk, replace: false }, typeOf)).toHaveLength(5));
});

describe("entries", () => {
  it("are the same in any order", () => {
    const stored = entriesOf([
      { id: 1, grid_id: 1, house_id: 1, profile_id: 1, scale: 1 },
      { id: 2, grid_id: 1, house_id: 2, profile_id: 1, scale: 2 },
    ]);
    expect(sameEntries(stored, [...stored].reverse())).toBe(true);
    expect(sameEntries(stored, stored.slice(1))).toBe(false);
  });
});

describe("filters of houses", () => {
  const house = (id: number, name: string, flags: string[]) =>
    ({ id, name, flags, house_type: "residential" }) as House;
  const houses = [house(1, "Elm 1", ["prosumer"]), house(2, "Elm 2", []), house(3, "Oak 1", [])];
  const ids = (filters: object) => shownHouses(houses, filters, (id) => id === 3).map((one) => one.id);
  it("narrow by name, flag, and what is missing", () => {
    expect(ids({})).toEqual([1, 2, 3]);
    expect(ids({ name: "elm" })).toEqual([1, 2]);
    expect(ids({ flag: "prosumer" })).toEqual([1]);
    expect(ids({ only: "empty" })).toEqual([3]);
    expect(ids({ house: 2 })).toEqual([2]);
  });
});
