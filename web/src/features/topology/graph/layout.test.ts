import { describe, expect, it } from "vitest";
import { type Block, type Box, cellOf, frameAt, houseAt, layoutOf, linesOf } from "./layout";

const blocks = (...houses: number[]): Block[] => houses.map((count) => ({ houses: count, unfolded: true }));
const apart = (one: Box, other: Box) =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;

describe("layout", () => {
  it("lets nothing overlap", () => {
    const { frames, grid } = layoutOf([...blocks(0, 1, 7, 104, 30, 2, 200), { houses: 900, unfolded: false }]);
    const all = [grid, ...frames];
    for (const [at, one] of all.entries()) for (const other of all.slice(at + 1)) expect(apart(one, other)).toBe(true);
  });

  it("keeps every house inside its frame", () => {
    const [frame] = layoutOf(blocks(104)).frames;
    if (!frame) throw new Error("no frame");
    for (let house = 0; house < 104; house++) {
      const cell = cellOf(frame, house);
      expect(cell.x + cell.width).toBeLessThanOrEqual(frame.width);
      expect(cell.y + cell.height).toBeLessThanOrEqual(frame.height);
    }
  });

  it("is the same for the same community", () => {
    expect(layoutOf(blocks(3, 50, 9))).toEqual(layoutOf(blocks(3, 50, 9)));
  });

  it("is about as wide as high with many transformers", () => {
    const { width, height } = layoutOf(Array.from({ length: 50 }, () => ({ houses: 40, unfolded: true })));
    expect(width / height).toBeGreaterThan(0.8);
    expect(width / height).toBeLessThan(2.5);
  });

  it("stands for a community without transformers too", () => {
    const empty = layoutOf([]);
    expect(empty.frames).toEqual([]);
    expect(linesOf(empty)).toBe("");
  });

  it("finds houses and frames by place", () => {
    const layout = layoutOf(blocks(9, 5));
    const frame = layout.frames[1];
    if (!frame) throw new Error("no frame");
    for (let house = 0; house < 5; house++) {
      const cell = cellOf(frame, house);
      expect(houseAt(frame, 5, cell.x + 3, cell.y + 3)).toBe(house);
    }
    const first = cellOf(frame, 0);
    expect(houseAt(frame, 5, first.x + first.width + 2, first.y + 2)).toBeNull();
    expect(houseAt(frame, 5, 2, 2)).toBeNull();
    expect(frameAt(layout, frame.x + 5, frame.y + 5)).toBe(1);
    expect(frameAt(layout, -500, -500)).toBeNull();
  });
});
