/** Changes to a draft. Each gives a new draft that shares all that stayed with the old one. */
import { nodeAt, placesOf } from "./places";
import { type Device, type Draft, type House, type Key, keyOf, type Place, type Transformer } from "./types";

type Fields = Record<string, unknown>;

/** Sets fields of some nodes; `fields` may be made for each node from what it was. */
export function patch(draft: Draft, keys: Iterable<Key>, fields: Fields | ((node: Fields) => Fields)): Draft {
  const places = placesOf(draft);
  const change = <T extends object>(node: T): T => ({
    ...node,
    ...(typeof fields === "function" ? fields(node as Fields) : fields),
  });
  let result = draft;
  const touched = new Map<number, Place[]>();
  for (const key of keys) {
    const place = places.get(key);
    if (place?.kind === "grid") result = change(result);
    else if (place) {
      const inside = touched.get(place.transformer);
      if (inside) inside.push(place);
      else touched.set(place.transformer, [place]);
    }
  }
  if (touched.size === 0) return result;
  return {
    ...result,
    transformers: result.transformers.map((transformer, position) => {
      const inside = touched.get(position);
      return inside ? changedTransformer(transformer, inside, change) : transformer;
    }),
  };
}

function changedTransformer(
  transformer: Transformer,
  places: Place[],
  change: <T extends object>(node: T) => T,
): Transformer {
  let result = transformer;
  // Of a transformer's own changes its houses may be one, so they are taken after those.
  if (places.some((place) => place.kind === "transformer")) result = change(result);
  const inside = places.filter((place) => place.kind !== "transformer");
  if (inside.length === 0) return result;
  const houses = [...result.houses];
  for (const place of inside) {
    const house = houses[place.house];
    if (house === undefined) continue;
    if (place.kind === "house") houses[place.house] = change(house);
    else
      houses[place.house] = {
        ...house,
        devices: house.devices.map((device, at) => (at === place.device ? change(device) : device)),
      };
  }
  return { ...result, houses };
}

export function addTransformers(draft: Draft, transformers: Transformer[]): Draft {
  return { ...draft, transformers: [...draft.transformers, ...transformers] };
}

export function addHouses(draft: Draft, transformer: Key, houses: House[]): Draft {
  return patch(draft, [transformer], (node) => ({ houses: [...(node.houses as House[]), ...houses] }));
}

export function addDevices(draft: Draft, house: Key, devices: Device[]): Draft {
  return patch(draft, [house], (node) => ({ devices: [...(node.devices as Device[]), ...devices] }));
}

/** Hangs houses on another transformer, or puts devices into another house. They keep their ids, so that what others
 * know of them (profiles that are assigned, say) stays theirs. */
export function move(draft: Draft, keys: Iterable<Key>, target: Key): Draft {
  const into = placesOf(draft).get(target)?.kind;
  const kind = into === "transformer" ? "house" : into === "house" ? "device" : null;
  const places = placesOf(draft);
  const parts = [...keys].filter((key) => kind !== null && places.get(key)?.kind === kind && !isAt(draft, key, target));
  if (parts.length === 0) return draft;
  const nodes = parts.map((key) => nodeAt(draft, key));
  const without = taken(draft, new Set(parts));
  return kind === "house"
    ? addHouses(without, target, nodes as House[])
    : addDevices(without, target, nodes as Device[]);
}

function isAt(draft: Draft, key: Key, target: Key): boolean {
  const [from, to] = [placesOf(draft).get(key), placesOf(draft).get(target)];
  if (!from || !to) return false;
  return from.transformer === to.transformer && (to.kind === "transformer" || from.house === to.house);
}

/** Deletes nodes with all that hangs on them, and what the network and priority lists say of them. */
export function remove(draft: Draft, keys: Iterable<Key>): Draft {
  const gone = new Set(keys);
  const result = taken(draft, gone);
  if (result === draft) return draft;
  const houses = new Set(result.transformers.flatMap((transformer) => transformer.houses.map((house) => house.id)));
  const transformers = new Set(result.transformers.map((transformer) => transformer.id));
  const { network } = result;
  return {
    ...result,
    priority_lists: result.priority_lists.map((list) => ({
      ...list,
      configuration: list.configuration.map((rank) => ({
        ...rank,
        houses: rank.houses.filter((house) => houses.has(house)),
      })),
    })),
    network: network && {
      ...network,
      transformers: network.transformers.map((item) =>
        item.transformer != null && !transformers.has(item.transformer) ? { ...item, transformer: null } : item,
      ),
      connections: network.connections.filter((item) => houses.has(item.house)),
    },
  };
}

function taken(draft: Draft, gone: ReadonlySet<Key>): Draft {
  const keep =
    (kind: "transformer" | "house" | "device") =>
    (node: { id: number | string }): boolean =>
      !gone.has(keyOf(kind, node.id));
  const lost = [...gone].some((key) => placesOf(draft).has(key) && key !== "grid");
  if (!lost) return draft;
  return {
    ...draft,
    transformers: draft.transformers.filter(keep("transformer")).map((transformer) => {
      const houses = transformer.houses.filter(keep("house")).map((house) => {
        const devices = house.devices.filter(keep("device"));
        return devices.length === house.devices.length ? house : { ...house, devices };
      });
      const same =
        houses.length === transformer.houses.length && houses.every((house, at) => house === transformer.houses[at]);
      return same ? transformer : { ...transformer, houses };
    }),
  };
}

/** The bus of the network that a house hangs on. */
export function busOf(draft: Draft, house: House): string | null {
  return draft.network?.connections.find((connection) => connection.house === house.id)?.bus ?? null;
}

/** Hangs houses on a bus of the network, or on none. */
export function connect(draft: Draft, houses: ReadonlySet<House["id"]>, bus: string | null): Draft {
  if (!draft.network) return draft;
  const others = draft.network.connections.filter((connection) => !houses.has(connection.house));
  const own = bus === null ? [] : [...houses].map((house) => ({ house, bus }));
  return { ...draft, network: { ...draft.network, connections: [...others, ...own] } };
}
