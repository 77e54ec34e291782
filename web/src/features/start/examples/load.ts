import type { Example } from "./files";

/** What bringing an example in needs of the services. */
export interface Services {
  profilesNamed: (names: Set<string>) => Promise<{ id: number; name: string }[]>;
  /** Uploads the example's file, reading the series that the mapping names. */
  upload: (mapping: Example["mapping"]) => Promise<{ id: number; name: string }[]>;
  /** The id of a community of this name that the caller may change. */
  gridNamed: (name: string) => Promise<number | null>;
  importDocument: (document: Example["document"]) => Promise<Tree>;
  tree: (gridId: number) => Promise<Tree>;
  assignments: (gridId: number) => Promise<Assignment[]>;
  putAssignments: (gridId: number, rows: Assignment[]) => Promise<void>;
}

export interface Tree {
  id: number;
  transformers: { houses: { id: number; name: string }[] }[];
}

export interface Assignment {
  house_id: number;
  profile_id: number;
  scale: number;
}

export const STEPS = ["profiles", "community", "assignments"] as const;
export type Step = (typeof STEPS)[number];

/** A step that has ended: how many were made, and whether some were there already. */
export interface Done {
  step: Step;
  made: number;
  present: number;
}

export interface Loaded {
  gridId: number;
  profiles: Map<string, number>;
}

/** A community of the example's name has not all of its houses (any more). */
export class OtherCommunity extends Error {
  readonly houses: string[];

  constructor(houses: string[]) {
    super(`Houses are missing: ${houses.join(", ")}`);
    this.houses = houses;
  }
}

/**
 * Brings an example in as any user would: profiles, then the community, then who follows which profile. What is there
 * already (by name) is used again, so an import that was cut off is completed, and what people added stays.
 */
export async function loadExample(
  services: Services,
  example: Example,
  begun: (step: Step) => void,
  done: (result: Done) => void,
): Promise<Loaded> {
  begun("profiles");
  const wanted = new Set(example.mapping.series.map((series) => series.name));
  const profiles = new Map((await services.profilesNamed(wanted)).map(({ id, name }) => [name, id]));
  const present = profiles.size;
  const missing = example.mapping.series.filter((series) => !profiles.has(series.name));
  if (missing.length > 0) {
    const uploaded = await services.upload({ ...example.mapping, series: missing });
    for (const { id, name } of uploaded) profiles.set(name, id);
  }
  done({ step: "profiles", made: missing.length, present });

  begun("community");
  const known = await services.gridNamed(example.document.name);
  const tree = known === null ? await services.importDocument(example.document) : await services.tree(known);
  const houses = new Map(tree.transformers.flatMap(({ houses }) => houses.map(({ id, name }) => [name, id] as const)));
  done({
    step: "community",
    made: known === null ? houses.size : 0,
    present: known === null ? 0 : houses.size,
  });

  begun("assignments");
  const rows = assignmentsOf(example, houses, profiles);
  const kept = await services.assignments(tree.id);
  const keys = new Set(kept.map(keyOf));
  const added = rows.filter((row) => !keys.has(keyOf(row)));
  if (added.length > 0) await services.putAssignments(tree.id, [...kept, ...added]);
  done({ step: "assignments", made: added.length, present: rows.length - added.length });
  return { gridId: tree.id, profiles };
}

function assignmentsOf(example: Example, houses: Map<string, number>, profiles: Map<string, number>): Assignment[] {
  const strange = new Set(example.assignments.map((row) => row.house).filter((name) => !houses.has(name)));
  if (strange.size > 0) throw new OtherCommunity([...strange]);
  return example.assignments.map(({ house, profile, scale }) => ({
    house_id: idIn(houses, house),
    profile_id: idIn(profiles, profile),
    scale,
  }));
}

function keyOf({ house_id, profile_id }: Assignment): string {
  return `${house_id}:${profile_id}`;
}

/** The body of `POST /runs`: the example's parameters with ids in place of names. */
export function runRequest(example: Example, loaded: Loaded): Record<string, unknown> & { grid_id: number } {
  return { ...withIds(example.run, loaded.profiles), grid_id: loaded.gridId };
}

/** `profile` and `…_profile` name a profile; the API knows them as `…profile_id`. */
function withIds(value: Record<string, unknown>, profiles: Map<string, number>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (typeof item === "string" && /(^|_)profile$/.test(key)) return [`${key}_id`, idIn(profiles, item)];
      const nested = typeof item === "object" && item !== null && !Array.isArray(item);
      return [key, nested ? withIds(item as Record<string, unknown>, profiles) : item];
    }),
  );
}

function idIn(ids: Map<string, number>, name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`The example names “${name}”, which it does not have.`);
  return id;
}
