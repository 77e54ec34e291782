/** The tree as rows, for the outline. */
import { type DeviceKind, type Draft, GRID, type Key, keyOf, type NodeKind } from "../document/types";

export interface Row {
  key: Key;
  kind: NodeKind;
  deviceKind?: DeviceKind;
  level: number;
  /** Number among its siblings from 1, and how many they are. */
  position: number;
  siblings: number;
  /** Null: nothing can be below it. */
  expanded: boolean | null;
}

/** The rows that are in sight: the children of those that are expanded. */
export function rowsOf(draft: Draft, expanded: ReadonlySet<Key>): Row[] {
  const rows: Row[] = [];
  const isOpen = (key: Key, children: number) => (children === 0 ? null : expanded.has(key));
  rows.push({
    key: GRID,
    kind: "grid",
    level: 1,
    position: 1,
    siblings: 1,
    expanded: isOpen(GRID, draft.transformers.length),
  });
  if (!expanded.has(GRID)) return rows;
  draft.transformers.forEach((transformer, at) => {
    const key = keyOf("transformer", transformer.id);
    rows.push({
      key,
      kind: "transformer",
      level: 2,
      position: at + 1,
      siblings: draft.transformers.length,
      expanded: isOpen(key, transformer.houses.length),
    });
    if (!expanded.has(key)) return;
    transformer.houses.forEach((house, number) => {
      const houseKey = keyOf("house", house.id);
      rows.push({
        key: houseKey,
        kind: "house",
        level: 3,
        position: number + 1,
        siblings: transformer.houses.length,
        expanded: isOpen(houseKey, house.devices.length),
      });
      if (!expanded.has(houseKey)) return;
      house.devices.forEach((device, deviceAt) => {
        rows.push({
          key: keyOf("device", device.id),
          kind: "device",
          deviceKind: device.kind,
          level: 4,
          position: deviceAt + 1,
          siblings: house.devices.length,
          expanded: null,
        });
      });
    });
  });
  return rows;
}
