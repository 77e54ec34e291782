import { describe, expect, it } from "vitest";
import { community, house, transformer } from "../testing";
import { copied, duplicated, pasted } from "./copies";
import { connect, move, patch, remove } from "./edits";
import { distinct, numbered } from "./names";
import { nodeAt, rootsOf } from "./places";
import type { Draft, House } from "./types";

const network = {
  frequency_hz: 50,
  source: { bus: "MV", voltage_pu: 1 },
  voltage_band: { low_pu: 0.9, high_pu: 1.1 },
  buses: [
    { name: "MV", voltage_kv: 20 },
    { name: "LV", voltage_kv: 0.4 },
  ],
  lines: [],
  transformers: [{ name: "T", hv_bus: "MV", lv_bus: "LV", transformer: 2 }],
  connections: [
    { house: 3, bus: "LV" },
    { house: 6, bus: "LV" },
  ],
} as unknown as Draft["network"];

const draft = community(
  [
    transformer(2, [
      house(3, { owner: "ada", sharing_key: 0.5, devices: [{ id: 30, kind: "battery", capacity_kwh: 10 }] }),
      house(4),
    ]),
    transformer(5, [house(6)]),
  ],
  { network, priority_lists: [{ id: 9, name: "First", configuration: [{ flags: ["medical"], houses: [3, 6] }] }] },
);
const ids = () => {
  let count = 0;
  return () => `n${++count}`;
};
const under = (of: Draft, at: number) => of.transformers[at]?.houses.map((one) => one.id);

describe("move", () => {
  it("keeps a house's id, and so what is assigned to it", () => {
    const after = move(draft, ["house-3"], "transformer-5");
    expect(under(after, 0)).toEqual([4]);
    expect(under(after, 1)).toEqual([6, 3]);
    expect(nodeAt(after, "house-3")).toBe(nodeAt(draft, "house-3"));
    expect(after.network).toBe(draft.network);
  });

  it("takes devices to other houses", () => {
    const after = move(draft, ["device-30"], "house-6");
    expect((nodeAt(after, "house-6") as House).devices.map((one) => one.id)).toEqual([30]);
    expect((nodeAt(after, "house-3") as House).devices).toEqual([]);
  });

  it("does nothing where nothing would change", () => {
    expect(move(draft, ["house-3"], "transformer-2")).toBe(draft);
    expect(move(draft, ["transformer-2"], "transformer-5")).toBe(draft);
    expect(move(draft, ["house-3"], "grid")).toBe(draft);
  });
});

describe("remove", () => {
  it("takes what names the house with it", () => {
    const after = remove(draft, ["house-3"]);
    expect(after.network?.connections.map((one) => one.house)).toEqual([6]);
    expect(after.priority_lists[0]?.configuration).toEqual([{ flags: ["medical"], houses: [6] }]);
  });

  it("takes a transformer's houses with it, and its name out of the network", () => {
    const after = remove(draft, ["transformer-2"]);
    expect(after.transformers.map((one) => one.id)).toEqual([5]);
    expect(after.network?.transformers[0]?.transformer).toBeNull();
    expect(after.network?.connections.map((one) => one.house)).toEqual([6]);
  });

  it("does not remove the community", () => {
    expect(remove(draft, ["grid"])).toBe(draft);
  });
});

describe("patch", () => {
  it("shares all that stayed", () => {
    const after = patch(draft, ["house-3", "house-4"], { house_type: "school" });
    expect(after.transformers[1]).toBe(draft.transformers[1]);
    expect(after.transformers[0]?.houses.map((one) => one.house_type)).toEqual(["school", "school"]);
    expect((nodeAt(after, "house-3") as House).devices).toBe((nodeAt(draft, "house-3") as House).devices);
  });

  it("changes a transformer and a house of it at once", () => {
    const after = patch(draft, ["transformer-2", "house-4"], { name: "X" });
    expect(after.transformers[0]?.name).toBe("X");
    expect(after.transformers[0]?.houses.map((one) => one.name)).toEqual(["House 3", "X"]);
  });
});

describe("copies", () => {
  it("have names of their own, no owner and no fixed share, and hang on the same bus", () => {
    const { draft: after, keys } = duplicated(draft, ["house-3"], ids());
    const copy = nodeAt(after, keys[0] ?? "") as House;
    expect(copy).toMatchObject({ name: "House 3 (2)", owner: null, sharing_key: null });
    expect(copy.devices[0]).toMatchObject({ kind: "battery", capacity_kwh: 10 });
    expect(copy.devices[0]?.id).not.toBe(30);
    expect(after.network?.connections.at(-1)).toEqual({ house: copy.id, bus: "LV" });
  });

  it("of a transformer come with its houses, once", () => {
    const { draft: after, keys } = duplicated(draft, ["transformer-5", "house-6"], ids());
    expect(keys).toHaveLength(1);
    expect(after.transformers.map((one) => one.name)).toEqual(["T2", "T5", "T5 (2)"]);
    expect(after.transformers[2]?.houses.map((one) => one.name)).toEqual(["House 6 (2)"]);
  });

  it("go into another community without its buses", () => {
    const clip = copied(draft, ["house-3"]);
    if (!clip) throw new Error("nothing copied");
    const { draft: after, keys } = pasted(community([transformer(70)]), clip, null, ids());
    expect(keys).toHaveLength(1);
    expect(under(after, 0)).toHaveLength(1);
    expect(after.network).toBeNull();
  });

  it("take only what is not inside another selected node", () => {
    expect(rootsOf(draft, ["device-30", "house-3", "house-6"])).toEqual(["house-3", "house-6"]);
  });
});

describe("names", () => {
  it("count on", () => {
    expect(numbered("House", ["House 2", "House 9", "Houseboat 20"])).toBe("House 10");
    expect(numbered("House", [])).toBe("House 1");
    expect(distinct("No. 7", new Set(["No. 7", "No. 7 (2)"]))).toBe("No. 7 (3)");
    expect(distinct("No. 7 (2)", new Set(["No. 7 (2)"]))).toBe("No. 7 (3)");
  });
});

describe("connect", () => {
  it("hangs houses on one bus, or none", () => {
    expect(connect(draft, new Set([3, 4]), "MV").network?.connections).toEqual([
      { house: 6, bus: "LV" },
      { house: 3, bus: "MV" },
      { house: 4, bus: "MV" },
    ]);
    expect(connect(draft, new Set([6]), null).network?.connections).toEqual([{ house: 3, bus: "LV" }]);
  });
});
