import type { Assignment, House, Profile, ProfileType } from "../queries";
import { yearlyKwh } from "../units";

/** A house follows a profile with a scale; `key` tells entries apart while they are edited. */
export interface Entry {
  key: number;
  houseId: number;
  profileId: number;
  scale: number;
}

export type NewEntry = Omit<Entry, "key">;

let lastKey = 0;
export function entry(fields: NewEntry): Entry {
  lastKey += 1;
  return { key: lastKey, ...fields };
}

export function entriesOf(assignments: Assignment[]): Entry[] {
  return assignments.map(({ house_id, profile_id, scale }) =>
    entry({ houseId: house_id, profileId: profile_id, scale }),
  );
}

export function bodyOf(entries: Entry[]) {
  return entries.map(({ houseId, profileId, scale }) => ({ house_id: houseId, profile_id: profileId, scale }));
}

/** Same houses, profiles and scales, in whatever order. */
export function sameEntries(one: Entry[], other: Entry[]): boolean {
  const texts = (entries: Entry[]) => entries.map((e) => `${e.houseId}/${e.profileId}/${e.scale}`).sort();
  if (one.length !== other.length) return false;
  const others = texts(other);
  return texts(one).every((text, index) => text === others[index]);
}

/** How much of the profile a house gets: a factor, or what makes a year's energy. */
export type Scaling = { by: "factor"; factor: number } | { by: "energy"; kwh: number };

/** The scale for a profile; null where it can't be said, because the profile has no energy. */
export function scaleFor(profile: Profile, scaling: Scaling): number | null {
  if (scaling.by === "factor") return scaling.factor > 0 ? scaling.factor : null;
  const year = yearlyKwh(profile);
  return year !== null && year > 0 && scaling.kwh > 0 ? scaling.kwh / year : null;
}

export type Order = { by: "turns" } | { by: "chance"; seed: number };

/** One of the profiles for each house: in turns, or by chance — the same seed gives the same again. */
export function dealt<T>(profiles: T[], houses: number, order: Order): T[] {
  if (profiles.length === 0) return [];
  const next = order.by === "chance" ? chance(order.seed) : null;
  return Array.from({ length: houses }, (_, index) => {
    const place = next ? Math.floor(next() * profiles.length) : index % profiles.length;
    return profiles[place] as T;
  });
}

/** Mulberry32: a small generator of numbers in [0, 1) that any seed starts anew. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Bulk {
  houseIds: number[];
  profiles: Profile[];
  scaling: Scaling;
  order: Order;
  /** Take away what the houses have of the profiles' types. */
  replace: boolean;
}

/** The entries after giving profiles to many houses. */
export function withBulk(
  entries: Entry[],
  bulk: Bulk,
  typeOf: (profileId: number) => ProfileType | undefined,
): Entry[] {
  const houses = new Set(bulk.houseIds);
  const types = new Set(bulk.profiles.map((profile) => profile.profile_type));
  const kept = bulk.replace
    ? entries.filter((one) => !(houses.has(one.houseId) && types.has(typeOf(one.profileId) as ProfileType)))
    : entries;
  const chosen = dealt(bulk.profiles, bulk.houseIds.length, bulk.order);
  const added = bulk.houseIds.flatMap((houseId, index) => {
    const profile = chosen[index];
    const scale = profile ? scaleFor(profile, bulk.scaling) : null;
    return profile && scale !== null ? [entry({ houseId, profileId: profile.id, scale })] : [];
  });
  return [...kept, ...added];
}

export interface HouseFilters {
  name?: string;
  flag?: string;
  kind?: string;
  house?: number;
  only?: "empty";
}

/** The houses that are shown; `isEmpty` says whether one has no load. */
export function shownHouses(houses: House[], filters: HouseFilters, isEmpty: (houseId: number) => boolean): House[] {
  const words = (filters.name ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return houses.filter(
    (house) =>
      (filters.house === undefined || house.id === filters.house) &&
      (filters.flag === undefined || house.flags?.includes(filters.flag)) &&
      (filters.kind === undefined || house.house_type === filters.kind) &&
      (filters.only === undefined || isEmpty(house.id)) &&
      words.every((word) => house.name.toLowerCase().includes(word)),
  );
}
