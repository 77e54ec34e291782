import { describe, expect, it } from "vitest";
import { community, house, transformer } from "../testing";
import { find } from "./find";
import { faultsOfAll, located } from "./findings";
import { aliasesAfter, toDocument } from "./saving";
import type { Device } from "./types";

const battery: Device = { id: 30, kind: "battery", capacity_kwh: 10, max_charge_kw: 5, max_discharge_kw: 5 };
const draft = community([
  transformer(2, [house(3, { devices: [battery], flags: ["medical"], owner: "ada" }), house(4)]),
]);

describe("findings of the service", () => {
  it("are brought to their nodes and fields", () => {
    const found = located(draft, [
      { field: "transformers.0.houses.0.devices.0.capacity_kwh", message: "a" },
      { field: "transformers.0.houses.1.name", message: "b" },
      { field: "transformers.0.houses", message: "c" },
      { field: "timezone", message: "d" },
      { field: "priority_lists.0.configuration.0.flags.0", message: "e" },
      { message: "f" },
    ]);
    expect(found.map(({ key, field }) => [key, field])).toEqual([
      ["device-30", "capacity_kwh"],
      ["house-4", "name"],
      ["transformer-2", "houses"],
      ["grid", "timezone"],
      ["grid", "priority_lists.0.configuration.0.flags.0"],
      ["grid", ""],
    ]);
  });
});

describe("faults", () => {
  it("are none in a good community", () => {
    expect(faultsOfAll(draft)).toEqual([]);
  });

  it("name the node, the field and the limit", () => {
    const bad = community([
      transformer(2, [
        house(3, {
          name: " ",
          sharing_key: 0.7,
          devices: [{ ...battery, capacity_kwh: 0, min_soc: 0.6, max_soc: 0.5 }],
        }),
        house(4, {
          sharing_key: 0.4,
          devices: [{ id: 31, kind: "heat_pump", max_power_kw: null, cop: 3, cop_model: "air" }],
        }),
      ]),
    ]);
    expect(faultsOfAll(bad).map(({ key, field, code }) => `${key} ${field} ${code}`)).toEqual([
      "transformer-2 houses keys",
      "house-3 name required",
      "device-30 capacity_kwh above",
      "device-30 min_soc max",
      "device-31 max_power_kw required",
      "device-31 cop_model onlyOne",
    ]);
  });
});

describe("saving", () => {
  it("gives the service's ids to new nodes in the order of the document, and sends them from then on", () => {
    const sent = community([
      transformer("a", [house("b", { devices: [{ ...battery, id: "c" }] })]),
      transformer(2, [house(3), house("d")]),
    ]);
    // The service lists siblings by id.
    const answer = community([
      transformer(2, [house(3), house(23)]),
      transformer(20, [house(21, { devices: [{ ...battery, id: 22 }] })]),
    ]);
    const aliases = aliasesAfter(sent, answer, new Set([2, 3]), new Map());
    expect([...aliases]).toEqual([
      ["a", 20],
      ["b", 21],
      ["c", 22],
      ["d", 23],
    ]);
    const again = toDocument(sent, aliases);
    expect(again.transformers[0]?.houses[0]?.id).toBe(21);
  });

  it("learns the new id of what was deleted, saved and brought back", () => {
    const sent = community([transformer(2, [house(3)])]);
    const answer = community([transformer(2, [house(40)])]);
    expect([...aliasesAfter(sent, answer, new Set([2]), new Map())]).toEqual([[3, 40]]);
  });
});

describe("search", () => {
  const keys = (words: string) => find(draft, words, (kind) => kind.replace("_", " ")).map((match) => match.key);
  it("finds by name, flag, owner and kind, all words at once", () => {
    expect(keys("house 4")).toEqual(["house-4"]);
    expect(keys("MEDICAL")).toEqual(["house-3"]);
    expect(keys("ada house")).toEqual(["house-3"]);
    expect(keys("batt")).toEqual(["device-30"]);
    expect(keys("  ")).toEqual([]);
  });
});
