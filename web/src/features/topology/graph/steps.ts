/** Going through the graph by arrow keys, as things stand on the screen. */
import { childrenOf, houseOf, parentOf, placesOf, transformerOf } from "../document/places";
import { type Draft, GRID, type Key, keyOf } from "../document/types";
import { type Box, cellOf, type Layout } from "./layout";

export type Step = "left" | "right" | "up" | "down";

export function stepFrom(
  draft: Draft,
  layout: Layout,
  unfolded: ReadonlySet<Key>,
  from: Key | null,
  step: Step,
): Key | null {
  const place = from === null ? undefined : placesOf(draft).get(from);
  if (from === null || place === undefined) return GRID;
  if (place.kind === "device") return houseOf(draft, from);
  const siblings = childrenOf(draft, parentOf(draft, from) ?? "");
  const at = siblings.indexOf(from);
  if (place.kind === "grid") return step === "down" ? (childrenOf(draft, GRID)[0] ?? null) : null;
  if (place.kind === "transformer") {
    if (step === "up") return GRID;
    if (step === "down") return unfolded.has(from) ? (childrenOf(draft, from)[0] ?? null) : null;
    return siblings[at + (step === "left" ? -1 : 1)] ?? null;
  }
  const columns = layout.frames[place.transformer]?.columns ?? 1;
  if (step === "up" && at < columns) return transformerOf(draft, from);
  return siblings[at + { left: -1, right: 1, up: -columns, down: columns }[step]] ?? null;
}

/** Where a node stands; a device is where its house is, a house of a folded transformer where that is. */
export function boxOf(draft: Draft, layout: Layout, key: Key): Box | null {
  const place = placesOf(draft).get(key);
  if (place === undefined) return null;
  if (place.kind === "grid") return layout.grid;
  const frame = layout.frames[place.transformer];
  if (frame === undefined) return null;
  if (place.house < 0 || !frame.unfolded) return frame;
  const cell = cellOf(frame, place.house);
  return { ...cell, x: frame.x + cell.x, y: frame.y + cell.y };
}

/** All keys between two houses of one transformer, both included; for selecting a range. */
export function between(draft: Draft, one: Key, other: Key): Key[] {
  const [a, b] = [placesOf(draft).get(one), placesOf(draft).get(other)];
  if (!a || !b || a.kind !== b.kind || parentOf(draft, one) !== parentOf(draft, other)) return [other];
  const siblings = childrenOf(draft, parentOf(draft, one) ?? "");
  const [from, to] = [siblings.indexOf(one), siblings.indexOf(other)].sort((x, y) => x - y) as [number, number];
  return siblings.slice(from, to + 1);
}

export const houseKey = (draft: Draft, transformer: number, house: number): Key | null => {
  const found = draft.transformers[transformer]?.houses[house];
  return found ? keyOf("house", found.id) : null;
};
