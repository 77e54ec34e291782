/** What people do to a community, by button, menu, key or drag: one place for graph, outline and panel. */
import { type Clip, copied, duplicated, pasted } from "../document/copies";
import { addDevices, addHouses, addTransformers, move, remove } from "../document/edits";
import { numbered } from "../document/names";
import { childrenOf, houseOf, nodeAt, parentOf, placesOf, transformerOf } from "../document/places";
import {
  type DeviceKind,
  type Draft,
  GRID,
  type House,
  type Key,
  keyOf,
  kindOf,
  type Transformer,
} from "../document/types";
import type { Editor } from "./store";

/** What was copied last; it outlives the page, so that parts can be pasted into another community. */
let clip: Clip | null = null;

export interface BaseNames {
  transformer: string;
  house: string;
}

export interface Actions {
  addTransformer: () => void;
  addHouse: () => void;
  addDevice: (kind: DeviceKind) => void;
  duplicate: () => void;
  copy: () => number;
  paste: () => number;
  remove: () => void;
  moveTo: (target: Key, keys?: Iterable<Key>) => void;
}

export function actionsOf(editor: Editor, names: BaseNames): Actions {
  const now = () => editor.store.getState();
  const last = () => [...now().selected].at(-1) ?? null;
  return {
    addTransformer() {
      const id = editor.newId();
      editor.edit((draft) => {
        const taken = new Set(draft.transformers.map((node) => node.name));
        const transformer: Transformer = {
          id,
          name: numbered(names.transformer, taken),
          capacity_kw: null,
          houses: [],
        };
        return addTransformers(draft, [transformer]);
      });
      editor.unfold([keyOf("transformer", id)], true);
      editor.select([keyOf("transformer", id)], true);
    },
    addHouse() {
      const target = transformerFor(now().draft, last());
      if (target === null) return;
      const id = editor.newId();
      editor.edit((draft) => addHouses(draft, target, [newHouse(draft, id, names.house)]));
      editor.select([keyOf("house", id)], true);
    },
    addDevice(kind) {
      const { draft, selected } = now();
      const houses = housesFor(draft, selected);
      const ids = houses.map(() => editor.newId());
      editor.edit((before) =>
        houses.reduce((next, house, at) => addDevices(next, house, [{ id: ids[at] as string, kind }]), before),
      );
      editor.select(
        ids.map((id) => keyOf("device", id)),
        true,
      );
    },
    duplicate() {
      let keys: Key[] = [];
      editor.edit((draft) => {
        const copies = duplicated(draft, now().selected, editor.newId);
        keys = copies.keys;
        return copies.draft;
      });
      show(editor, keys);
    },
    copy() {
      const { draft, selected } = now();
      clip = copied(draft, selected) ?? clip;
      return clip === null ? 0 : sizeOf(clip);
    },
    paste() {
      const content = clip;
      if (content === null) return 0;
      let keys: Key[] = [];
      editor.edit((draft) => {
        const copies = pasted(draft, content, last(), editor.newId);
        keys = copies.keys;
        return copies.draft;
      });
      show(editor, keys);
      return keys.length;
    },
    remove() {
      const { draft, selected } = now();
      const keys = [...selected].filter((key) => key !== GRID);
      const neighbour = keys.length > 0 ? afterRemoval(draft, keys) : null;
      editor.edit((before) => remove(before, keys));
      if (neighbour) editor.select([neighbour]);
    },
    moveTo(target, keys) {
      const moving = [...(keys ?? now().selected)];
      editor.edit((draft) => move(draft, moving, target));
    },
  };
}

function show(editor: Editor, keys: Key[]): void {
  if (keys.length === 0) return;
  editor.unfold(
    keys.filter((key) => kindOf(key) === "transformer"),
    true,
  );
  editor.select(keys, true);
}

const sizeOf = (content: Clip) => content.transformers.length + content.houses.length + content.devices.length;

function newHouse(draft: Draft, id: string, base: string): House {
  const taken = new Set(draft.transformers.flatMap((node) => node.houses.map((house) => house.name)));
  return { id, name: numbered(base, taken), house_type: "residential", flags: [], devices: [] };
}

/** The transformer that a new house would hang on. */
export function transformerFor(draft: Draft, key: Key | null): Key | null {
  const own = key && transformerOf(draft, key);
  return own ?? childrenOf(draft, GRID)[0] ?? null;
}

/** The houses that new devices would belong to. */
export function housesFor(draft: Draft, selected: Iterable<Key>): Key[] {
  const houses = [...selected].map((key) => houseOf(draft, key)).filter((key) => key !== null);
  return [...new Set(houses)];
}

/** What to select when nodes go: the next sibling, else the one before, else the parent. */
function afterRemoval(draft: Draft, keys: Key[]): Key | null {
  const gone = new Set(keys);
  const last = keys.at(-1) as Key;
  const parent = parentOf(draft, last);
  if (parent === null) return null;
  const siblings = childrenOf(draft, parent);
  const at = siblings.indexOf(last);
  const near = [...siblings.slice(at + 1), ...siblings.slice(0, at).reverse()].find((key) => !gone.has(key));
  return near ?? (gone.has(parent) ? GRID : parent);
}

/** Where the selected nodes could be moved: transformers for houses, houses for devices. Null: nowhere together. */
export function movable(draft: Draft, selected: Iterable<Key>): "house" | "device" | null {
  const kinds = new Set([...selected].map((key) => placesOf(draft).get(key)?.kind));
  if (kinds.size !== 1) return null;
  if (kinds.has("house")) return "house";
  return kinds.has("device") ? "device" : null;
}

export function nameOf(draft: Draft, key: Key, kindName: (kind: DeviceKind) => string): string {
  const node = nodeAt(draft, key) as { name?: string | null; kind?: DeviceKind } | undefined;
  return node?.name || (node?.kind ? kindName(node.kind) : "");
}
