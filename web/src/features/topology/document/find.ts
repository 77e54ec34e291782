import { type DeviceKind, type Draft, GRID, type Key, keyOf, type NodeKind } from "./types";

export interface Match {
  key: Key;
  kind: NodeKind;
  name: string;
  /** What matched, if it was not the name. */
  hint: string;
  deviceKind?: DeviceKind;
}

/** Nodes whose name, flags, type, owner or kind has all words of the search in it, in the order of the document. */
export function find(draft: Draft, search: string, kindName: (kind: DeviceKind) => string): Match[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const hits = (text: string) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
  const matches: Match[] = [];
  if (hits(draft.name)) matches.push({ key: GRID, kind: "grid", name: draft.name, hint: "" });
  for (const transformer of draft.transformers) {
    if (hits(transformer.name))
      matches.push({
        key: keyOf("transformer", transformer.id),
        kind: "transformer",
        name: transformer.name,
        hint: "",
      });
    for (const house of transformer.houses) {
      const hint = [house.house_type, ...house.flags, house.owner].filter(Boolean).join(" · ");
      if (hits(`${house.name} ${hint}`))
        matches.push({ key: keyOf("house", house.id), kind: "house", name: house.name, hint });
      for (const device of house.devices) {
        const kind = kindName(device.kind);
        if (hits(`${device.name ?? ""} ${kind}`))
          matches.push({
            key: keyOf("device", device.id),
            kind: "device",
            name: device.name ?? kind,
            hint: device.name ? `${kind} · ${house.name}` : house.name,
            deviceKind: device.kind,
          });
      }
    }
  }
  return matches;
}
