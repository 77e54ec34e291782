import { describe, expect, it } from "vitest";
import type { Example } from "./files";
import { type Assignment, type Done, loadExample, OtherCommunity, runRequest, type Services, type Tree } from "./load";

const EXAMPLE: Example = {
  document: { name: "Street", transformers: [] },
  mapping: { unit: "pu", series: [{ name: "load" }, { name: "sun" }, { name: "price" }] },
  assignments: [
    { house: "No. 1", profile: "load", scale: 3 },
    { house: "No. 1", profile: "sun", scale: 5 },
    { house: "No. 2", profile: "load", scale: 2 },
  ],
  run: {
    name: "A year",
    tags: ["example"],
    tariff: { kind: "series", profile: "price", feed_in_eur_per_kwh: 0.08 },
    temperature_profile: "sun",
  },
};
const TREE: Tree = {
  id: 7,
  transformers: [{ houses: [{ id: 71, name: "No. 1" }] }, { houses: [{ id: 72, name: "No. 2" }] }],
};

/** Services that remember what they were given. */
function memory(start: { profiles?: string[]; tree?: Tree; assignments?: Assignment[] } = {}) {
  const state = {
    profiles: new Map((start.profiles ?? []).map((name, index) => [name, 100 + index])),
    tree: start.tree ?? null,
    assignments: start.assignments ?? [],
    uploads: [] as string[][],
    imports: 0,
  };
  const services: Services = {
    profilesNamed: async (names) =>
      [...state.profiles].filter(([name]) => names.has(name)).map(([name, id]) => ({ id, name })),
    upload: async (mapping) => {
      const names = mapping.series.map((series) => series.name);
      state.uploads.push(names);
      return names.map((name, index) => {
        state.profiles.set(name, 200 + index);
        return { id: 200 + index, name };
      });
    },
    gridNamed: async () => state.tree?.id ?? null,
    importDocument: async () => {
      state.imports += 1;
      state.tree = TREE;
      return TREE;
    },
    tree: async () => state.tree as Tree,
    assignments: async () => state.assignments,
    putAssignments: async (_gridId, rows) => {
      state.assignments = rows;
    },
  };
  return { state, services };
}

async function load(services: Services) {
  const results: Done[] = [];
  const loaded = await loadExample(
    services,
    EXAMPLE,
    () => undefined,
    (result) => results.push(result),
  );
  return { loaded, results };
}

describe("loadExample", () => {
  it("brings everything into an empty Hygge", async () => {
    const { state, services } = memory();
    const { loaded, results } = await load(services);
    expect(loaded.gridId).toBe(7);
    expect(state.uploads).toEqual([["load", "sun", "price"]]);
    expect(state.assignments).toEqual([
      { house_id: 71, profile_id: 200, scale: 3 },
      { house_id: 71, profile_id: 201, scale: 5 },
      { house_id: 72, profile_id: 200, scale: 2 },
    ]);
    expect(results).toEqual([
      { step: "profiles", made: 3, present: 0 },
      { step: "community", made: 2, present: 0 },
      { step: "assignments", made: 3, present: 0 },
    ]);
  });

  it("completes what was cut off, and keeps what people added", async () => {
    const own = { house_id: 72, profile_id: 900, scale: 1 };
    const { state, services } = memory({
      profiles: ["load"],
      tree: TREE,
      assignments: [{ house_id: 71, profile_id: 100, scale: 4 }, own],
    });
    const { results } = await load(services);
    expect(state.uploads).toEqual([["sun", "price"]]);
    expect(state.imports).toBe(0);
    expect(state.assignments).toEqual([
      { house_id: 71, profile_id: 100, scale: 4 },
      own,
      { house_id: 71, profile_id: 200, scale: 5 },
      { house_id: 72, profile_id: 100, scale: 2 },
    ]);
    expect(results.map(({ made }) => made)).toEqual([2, 0, 2]);
  });

  it("does nothing the second time", async () => {
    const { state, services } = memory();
    await load(services);
    const before = state.assignments;
    const { results } = await load(services);
    expect(state.uploads).toHaveLength(1);
    expect(state.imports).toBe(1);
    expect(state.assignments).toBe(before);
    expect(results.map(({ made }) => made)).toEqual([0, 0, 0]);
  });

  it("names the houses that another community of the same name lacks", async () => {
    const { services } = memory({ tree: { id: 8, transformers: [{ houses: [{ id: 81, name: "No. 1" }] }] } });
    await expect(load(services)).rejects.toEqual(new OtherCommunity(["No. 2"]));
  });
});

describe("runRequest", () => {
  it("has ids in place of names, at any depth", async () => {
    const { services } = memory();
    const { loaded } = await load(services);
    expect(runRequest(EXAMPLE, loaded)).toEqual({
      name: "A year",
      tags: ["example"],
      tariff: { kind: "series", profile_id: 202, feed_in_eur_per_kwh: 0.08 },
      temperature_profile_id: 201,
      grid_id: 7,
    });
  });
});
