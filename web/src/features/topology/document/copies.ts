/** Copy and paste of parts of a community. */
import { addDevices, addHouses, addTransformers, busOf, connect } from "./edits";
import { distinct } from "./names";
import { houseOf, nodeAt, parentOf, placesOf, rootsOf, transformerOf } from "./places";
import { type Device, type Draft, type House, type Id, type Key, keyOf, type Transformer } from "./types";

export interface Clip {
  transformers: Transformer[];
  houses: House[];
  devices: Device[];
  /** Bus of the network for each copied house, by its id. */
  buses: Map<Id, string>;
}

export interface Pasted {
  draft: Draft;
  /** The copies. */
  keys: Key[];
}

export function copied(draft: Draft, keys: Iterable<Key>): Clip | null {
  const clip: Clip = { transformers: [], houses: [], devices: [], buses: new Map() };
  for (const key of rootsOf(draft, keys)) {
    const node = nodeAt(draft, key);
    const kind = placesOf(draft).get(key)?.kind;
    if (kind === "transformer") clip.transformers.push(node as Transformer);
    if (kind === "house") clip.houses.push(node as House);
    if (kind === "device") clip.devices.push(node as Device);
  }
  for (const house of [...clip.houses, ...clip.transformers.flatMap((transformer) => transformer.houses)]) {
    const bus = busOf(draft, house);
    if (bus !== null) clip.buses.set(house.id, bus);
  }
  return clip.transformers.length + clip.houses.length + clip.devices.length > 0 ? clip : null;
}

/** Copies of a clip where `target` is: houses go to its transformer (else the first), devices to its house. */
export function pasted(draft: Draft, clip: Clip, target: Key | null, newId: () => string): Pasted {
  const work = new Copying(draft, clip, newId);
  work.addTransformers(clip.transformers);
  const first = draft.transformers[0];
  const transformer = (target && transformerOf(draft, target)) ?? (first ? keyOf("transformer", first.id) : null);
  if (transformer) work.addHouses(transformer, clip.houses);
  const house = target && houseOf(draft, target);
  if (house) work.addDevices(house, clip.devices);
  return { draft: work.draft, keys: work.keys };
}

/** Copies of nodes beside themselves. */
export function duplicated(draft: Draft, keys: Iterable<Key>, newId: () => string): Pasted {
  const clip = copied(draft, keys);
  if (clip === null) return { draft, keys: [] };
  const work = new Copying(draft, clip, newId);
  work.addTransformers(clip.transformers);
  const parents = new Map<Key, { houses: House[]; devices: Device[] }>();
  const under = (key: Key) => {
    const parent = parentOf(draft, key) ?? "";
    const entry = parents.get(parent) ?? { houses: [], devices: [] };
    parents.set(parent, entry);
    return entry;
  };
  for (const house of clip.houses) under(keyOf("house", house.id)).houses.push(house);
  for (const device of clip.devices) under(keyOf("device", device.id)).devices.push(device);
  for (const [parent, { houses, devices }] of parents) {
    if (houses.length > 0) work.addHouses(parent, houses);
    if (devices.length > 0) work.addDevices(parent, devices);
  }
  return { draft: work.draft, keys: work.keys };
}

class Copying {
  readonly keys: Key[] = [];
  private readonly houseNames: Set<string>;

  constructor(
    public draft: Draft,
    private readonly clip: Clip,
    private readonly newId: () => string,
  ) {
    this.houseNames = new Set(draft.transformers.flatMap((node) => node.houses.map((house) => house.name)));
  }

  addTransformers(transformers: Transformer[]): void {
    const names = new Set(this.draft.transformers.map((node) => node.name));
    for (const original of transformers) {
      const name = distinct(original.name, names);
      names.add(name);
      const buses = new Map<Id, string>();
      const copy = { ...original, id: this.newId(), name, houses: original.houses.map((h) => this.house(h, buses)) };
      this.draft = addTransformers(this.draft, [copy]);
      this.connect(buses);
      this.keys.push(keyOf("transformer", copy.id));
    }
  }

  addHouses(transformer: Key, houses: House[]): void {
    const buses = new Map<Id, string>();
    const copies = houses.map((house) => this.house(house, buses));
    this.draft = addHouses(this.draft, transformer, copies);
    this.connect(buses);
    this.keys.push(...copies.map((house) => keyOf("house", house.id)));
  }

  addDevices(house: Key, devices: Device[]): void {
    const names = new Set((nodeAt(this.draft, house) as House).devices.map((device) => device.name ?? ""));
    const copies = devices.map((device) => {
      const name = device.name ? distinct(device.name, names) : null;
      if (name) names.add(name);
      return { ...device, id: this.newId(), name };
    });
    this.draft = addDevices(this.draft, house, copies);
    this.keys.push(...copies.map((device) => keyOf("device", device.id)));
  }

  /** A copy is nobody's yet, and has no fixed share: together they could be more than the whole. */
  private house(original: House, buses: Map<Id, string>): House {
    const name = distinct(original.name, this.houseNames);
    this.houseNames.add(name);
    const id = this.newId();
    const bus = this.clip.buses.get(original.id);
    if (bus !== undefined) buses.set(id, bus);
    const devices = original.devices.map((device) => ({ ...device, id: this.newId() }));
    return { ...original, id, name, owner: null, sharing_key: null, devices };
  }

  /** A copy hangs on the same bus of the network, where this community has such a bus. */
  private connect(buses: Map<Id, string>): void {
    const known = new Set(this.draft.network?.buses.map((bus) => bus.name));
    for (const [house, bus] of buses) if (known.has(bus)) this.draft = connect(this.draft, new Set([house]), bus);
  }
}
