import { describe, expect, it } from "vitest";
import type { Flow, ResultNode } from "../queries";
import {
  axisOf,
  betweenTransformersKwh,
  exchangesOf,
  namedApart,
  partnersOf,
  silenceOf,
  topTotals,
  totalsBy,
  withOthers,
} from "./exchanges";

function node(node_id: number, kind: string, parent_id: number | null, extra: Partial<ResultNode> = {}): ResultNode {
  return {
    node_id,
    kind,
    parent_id,
    name: `${kind} ${node_id}`,
    owner: null,
    flags: [],
    house_type: null,
    capacity_kw: null,
    indicators: {},
    ...extra,
  };
}
const nodes = new Map(
  [
    node(1, "grid", null),
    node(2, "transformer", 1),
    node(3, "transformer", 1),
    node(10, "house", 2, { flags: ["prosumer", "farm"], house_type: "agricultural" }),
    node(11, "house", 2, { flags: ["farm", "prosumer"] }),
    node(12, "house", 2),
    node(20, "house", 3),
  ].map((one) => [one.node_id, one]),
);
const flow = (source_id: number, target_id: number, energy_kwh: number): Flow => ({ source_id, target_id, energy_kwh });
const flows = [flow(1, 12, 900), flow(10, 1, 80), flow(10, 12, 5), flow(11, 12, 7), flow(10, 11, 1), flow(2, 3, 4)];

describe("exchanges", () => {
  it("are trades among houses, without import and export", () => {
    const found = exchangesOf(flows, nodes, "house");
    expect(found).toEqual([
      { from: "house 11", to: "house 12", kwh: 7 },
      { from: "house 10", to: "house 12", kwh: 5 },
      { from: "house 10", to: "house 11", kwh: 1 },
    ]);
  });

  it("by transformer hold the trade between transformers too", () => {
    expect(exchangesOf(flows, nodes, "transformer")).toEqual([
      { from: "transformer 2", to: "transformer 2", kwh: 13 },
      { from: "transformer 2", to: "transformer 3", kwh: 4 },
    ]);
    expect(betweenTransformersKwh(flows, nodes)).toBe(4);
  });

  it("by flag don't care for the flags' order", () => {
    expect(exchangesOf(flows, nodes, "flag")).toEqual([
      { from: "farm + prosumer", to: "", kwh: 12 },
      { from: "farm + prosumer", to: "farm + prosumer", kwh: 1 },
    ]);
  });

  it("keep their sum when the small ones become others", () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      from: `s${index % 12}`,
      to: `b${index}`,
      kwh: index + 1,
    }));
    const few = withOthers(many, 5, 8, "others");
    const sum = (list: typeof many) => list.reduce((total, one) => total + one.kwh, 0);
    expect(sum(few)).toBe(sum(many));
    expect(axisOf(few, "from", "others")).toHaveLength(6);
    expect(axisOf(few, "to", "others").at(-1)).toBe("others");
  });

  it("don't call a single one others", () => {
    const three = ["a", "b", "c"].map((from, index) => ({ from, to: "x", kwh: 3 - index }));
    expect(withOthers(three, 2, 2, "others")).toEqual(three);
    expect(topTotals(totalsBy(three, "from"), 2, "others")).toHaveLength(3);
    expect(topTotals(totalsBy(three, "from"), 1, "others")).toEqual([
      { key: "a", kwh: 3 },
      { key: "others", kwh: 3 },
    ]);
  });

  it("put what is too thin to be named with the others", () => {
    const totals = [10, 1, 0.01, 0.01].map((kwh, index) => ({ key: `h${index}`, kwh }));
    const shown = topTotals(totals, 12, "others", 0.1);
    expect(shown.map((total) => total.key)).toEqual(["h0", "h1", "others"]);
    expect(shown.at(-1)?.kwh).toBeCloseTo(0.02, 12);
  });

  it("name a house's partners on both sides", () => {
    expect(partnersOf(flows, nodes, 11)).toEqual({
      bought: [{ key: "house 10", kwh: 1 }],
      sold: [{ key: "house 12", kwh: 7 }],
    });
  });

  it("keep houses of the same name apart", () => {
    const twins = namedApart([
      node(10, "house", 2, { name: "A" }),
      node(11, "house", 2, { name: "A" }),
      node(2, "transformer", 1, { name: "A" }),
    ]);
    expect([...twins.values()].map((one) => one.name)).toEqual(["A (#10)", "A (#11)", "A"]);
  });

  it("know why there are none", () => {
    expect(silenceOf([], "none", 0)).toBe("none");
    expect(silenceOf([], "greedy", 0)).toBe("noOverlap");
    expect(silenceOf([], "greedy", 12)).toBe("tooMany");
    expect(silenceOf([{ from: "a", to: "b", kwh: 1 }], "greedy", 1)).toBeNull();
  });
});
