import { describe, expect, it } from "vitest";
import { layoutOf } from "../graph/layout";
import { stepFrom } from "../graph/steps";
import { community, house, transformer } from "../testing";
import { rowsOf } from "./rows";

const draft = community([
  transformer(2, [house(3, { devices: [{ id: 30, kind: "battery" }] }), house(4), house(7), house(8), house(9)]),
  transformer(5, [house(6)]),
]);

describe("rows of the outline", () => {
  it("show the children of what is open, with their places", () => {
    const rows = rowsOf(draft, new Set(["grid", "transformer-2", "house-3"]));
    expect(rows.map((row) => row.key).slice(0, 5)).toEqual([
      "grid",
      "transformer-2",
      "house-3",
      "device-30",
      "house-4",
    ]);
    expect(rows[2]).toMatchObject({ level: 3, position: 1, siblings: 5, expanded: true });
    expect(rows.at(-1)).toMatchObject({ key: "transformer-5", expanded: false });
  });
  it("show the community alone when it is closed", () => {
    expect(rowsOf(draft, new Set())).toHaveLength(1);
  });
});

describe("arrow keys in the graph", () => {
  const layout = layoutOf(draft.transformers.map((node) => ({ houses: node.houses.length, unfolded: true })));
  const all = new Set(["transformer-2", "transformer-5"]);
  const go = (from: string | null, step: "left" | "right" | "up" | "down") => stepFrom(draft, layout, all, from, step);
  it("go as things stand", () => {
    expect(go(null, "down")).toBe("grid");
    expect(go("grid", "down")).toBe("transformer-2");
    expect(go("transformer-2", "right")).toBe("transformer-5");
    expect(go("transformer-2", "down")).toBe("house-3");
    expect(go("house-3", "right")).toBe("house-4");
    expect(go("house-4", "up")).toBe("transformer-2");
    expect(go("house-3", "down")).toBe(`house-${draft.transformers[0]?.houses[layout.frames[0]?.columns ?? 0]?.id}`);
    expect(go("device-30", "up")).toBe("house-3");
    expect(go("house-3", "left")).toBeNull();
  });
});
