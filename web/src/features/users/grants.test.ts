import { describe, expect, it } from "vitest";
import { accessesOf, choicesOf, named } from "./grants";
import type { Grant } from "./queries";

const grant = (grid_id: number): Grant => ({
  id: grid_id,
  user_id: 1,
  grid_id,
  access: "view",
  granted_by: 2,
  created_at: "2026-01-01T00:00:00Z",
});

describe("accessesOf", () => {
  it("gives operators both, viewers reading, others nothing", () => {
    expect(accessesOf("operator")).toEqual(["operate", "view"]);
    expect(accessesOf("viewer")).toEqual(["view"]);
    expect(accessesOf("participant")).toEqual([]);
    expect(accessesOf("admin")).toEqual([]);
  });
});

describe("named", () => {
  it("sorts by name, with what is gone at the end", () => {
    const found = named(
      [grant(1), grant(2), grant(3)],
      [
        { id: 3, name: "Ahorn" },
        { id: 1, name: "Birke" },
      ],
    );
    expect(found.map((entry) => [entry.grid_id, entry.name])).toEqual([
      [3, "Ahorn"],
      [1, "Birke"],
      [2, null],
    ]);
  });
});

describe("choicesOf", () => {
  it("tells two of the same name apart", () => {
    expect(
      choicesOf([
        { id: 7, name: "Street" },
        { id: 9, name: "Street" },
        { id: 8, name: "Lane" },
      ]),
    ).toEqual([
      { value: "8", label: "Lane" },
      { value: "7", label: "Street (7)" },
      { value: "9", label: "Street (9)" },
    ]);
  });
});
