/** Where nodes are in a draft. Drafts never change in place, so what was found once for a draft holds. */
import { type AnyNode, type Draft, GRID, type Key, keyOf, type Place } from "./types";

const INDICES = new WeakMap<Draft, Map<Key, Place>>();

/** Every node's place, parents before children, in the order of the document. */
export function placesOf(draft: Draft): Map<Key, Place> {
  const known = INDICES.get(draft);
  if (known) return known;
  const places = new Map<Key, Place>([[GRID, { kind: "grid", transformer: -1, house: -1, device: -1 }]]);
  draft.transformers.forEach((station, transformer) => {
    places.set(keyOf("transformer", station.id), { kind: "transformer", transformer, house: -1, device: -1 });
    station.houses.forEach((home, house) => {
      places.set(keyOf("house", home.id), { kind: "house", transformer, house, device: -1 });
      home.devices.forEach((part, device) => {
        places.set(keyOf("device", part.id), { kind: "device", transformer, house, device });
      });
    });
  });
  INDICES.set(draft, places);
  return places;
}

export function nodeAt(draft: Draft, key: Key): AnyNode | undefined {
  const place = placesOf(draft).get(key);
  if (place === undefined) return undefined;
  if (place.kind === "grid") return draft;
  const transformer = draft.transformers[place.transformer];
  if (place.kind === "transformer") return transformer;
  const house = transformer?.houses[place.house];
  return place.kind === "house" ? house : house?.devices[place.device];
}

export function parentOf(draft: Draft, key: Key): Key | null {
  const place = placesOf(draft).get(key);
  if (place === undefined || place.kind === "grid") return null;
  if (place.kind === "transformer") return GRID;
  const transformer = draft.transformers[place.transformer];
  if (transformer === undefined) return null;
  if (place.kind === "house") return keyOf("transformer", transformer.id);
  const house = transformer.houses[place.house];
  return house ? keyOf("house", house.id) : null;
}

export function childrenOf(draft: Draft, key: Key): Key[] {
  const place = placesOf(draft).get(key);
  if (place === undefined || place.kind === "device") return [];
  if (place.kind === "grid") return draft.transformers.map((node) => keyOf("transformer", node.id));
  const transformer = draft.transformers[place.transformer];
  if (place.kind === "transformer") return (transformer?.houses ?? []).map((node) => keyOf("house", node.id));
  return (transformer?.houses[place.house]?.devices ?? []).map((node) => keyOf("device", node.id));
}

/** The transformer that a node is or hangs on. */
export function transformerOf(draft: Draft, key: Key): Key | null {
  const place = placesOf(draft).get(key);
  const transformer = place && draft.transformers[place.transformer];
  return transformer ? keyOf("transformer", transformer.id) : null;
}

/** The house that a node is or belongs to. */
export function houseOf(draft: Draft, key: Key): Key | null {
  const place = placesOf(draft).get(key);
  const house = place && draft.transformers[place.transformer]?.houses[place.house];
  return house ? keyOf("house", house.id) : null;
}

export function countHouses(draft: Draft): number {
  return draft.transformers.reduce((sum, transformer) => sum + transformer.houses.length, 0);
}

/** Those nodes of a selection that are not inside another of it, in the order of the document. */
export function rootsOf(draft: Draft, keys: Iterable<Key>): Key[] {
  const wanted = new Set(keys);
  return [...placesOf(draft).keys()].filter((key) => {
    if (!wanted.has(key)) return false;
    for (let up = parentOf(draft, key); up !== null; up = parentOf(draft, up)) if (wanted.has(up)) return false;
    return true;
  });
}
