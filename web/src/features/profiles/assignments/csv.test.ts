import { describe, expect, it } from "vitest";
import type { House, Profile } from "../queries";
import { parseList } from "./csv";

const houses = [
  { id: 10, name: "Elm 1" },
  { id: 11, name: "Elm, 2" },
  { id: 12, name: "Twin" },
  { id: 13, name: "Twin" },
] as House[];
const profiles = [
  { id: 1, name: "H0" },
  { id: 2, name: "PV" },
] as Profile[];
const parse = (text: string) => parseList(text, houses, profiles);

describe("a list of assignments", () => {
  it("is read with names or ids, with a header or without", () => {
    expect(parse('house,profile,scale\nElm 1,H0,2.5\n"Elm, 2",2,4\n').entries).toEqual([
      { houseId: 10, profileId: 1, scale: 2.5 },
      { houseId: 11, profileId: 2, scale: 4 },
    ]);
    expect(parse("10,1").entries).toEqual([{ houseId: 10, profileId: 1, scale: 1 }]);
  });

  it("knows decimal commas, as tables are pasted", () => {
    expect(parse("Elm 1;H0;2,5").entries[0]?.scale).toBe(2.5);
    expect(parse("Elm 1\tH0\t3,5").entries[0]?.scale).toBe(3.5);
  });

  it("says what is wrong, by line", () => {
    const { entries, faults } = parse("Elm 1,H0,1\nElm 9,H0,1\nTwin,H0,1\nElm 1,X,1\nElm 1,H0,-1\nElm 1\n\n");
    expect(entries).toHaveLength(1);
    expect(faults.map(({ line, kind }) => [line, kind])).toEqual([
      [2, "house"],
      [3, "twoHouses"],
      [4, "profile"],
      [5, "scale"],
      [6, "columns"],
    ]);
  });

  it("does not take a wrong first line for a header when it has a scale", () => {
    expect(parse("Elm 9,H9,1").faults).toHaveLength(1);
  });
});
