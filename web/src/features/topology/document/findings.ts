/** All faults of a draft, and where the service's findings belong in it. */
import { checkDevice, checkGrid, checkHouse, checkTransformer, type Finding } from "../fields/checks";
import { nodeAt } from "./places";
import { type AnyNode, type Device, type Draft, GRID, type Key, keyOf, type NodeKind } from "./types";

export interface NodeFinding extends Finding {
  key: Key;
}
/** A finding of the service; it holds until the node it speaks of is changed. */
export interface ServerFinding extends NodeFinding {
  message: string;
  node: AnyNode | undefined;
}

const KNOWN = new WeakMap<object, Finding[]>();

/** The faults of one node; a node never changes in place, so they are looked for once. */
export function faultsOf(kind: NodeKind, node: AnyNode): Finding[] {
  const known = KNOWN.get(node);
  if (known) return known;
  const values = node as unknown as Record<string, unknown>;
  const findings =
    kind === "grid"
      ? checkGrid(values)
      : kind === "transformer"
        ? checkTransformer(values)
        : kind === "house"
          ? checkHouse(values)
          : checkDevice[(node as Device).kind](values);
  KNOWN.set(node, findings);
  return findings;
}

export function faultsOfAll(draft: Draft): NodeFinding[] {
  const found: NodeFinding[] = [];
  const look = (kind: NodeKind, key: Key, node: AnyNode) => {
    for (const finding of faultsOf(kind, node)) found.push({ ...finding, key });
  };
  look("grid", GRID, draft);
  for (const transformer of draft.transformers) {
    look("transformer", keyOf("transformer", transformer.id), transformer);
    for (const house of transformer.houses) {
      look("house", keyOf("house", house.id), house);
      for (const device of house.devices) look("device", keyOf("device", device.id), device);
    }
  }
  return found;
}

/** The service names places by path (`transformers.0.houses.3.devices.1.capacity_kwh`); here are their nodes and fields. */
export function located(draft: Draft, errors: readonly { field?: string; message: string }[]): ServerFinding[] {
  return errors.map(({ field: path = "", message }) => {
    const { key, field } = locate(draft, path.split("."));
    return { key, field, message, code: "server", node: nodeAt(draft, key) };
  });
}

function locate(draft: Draft, path: string[]): { key: Key; field: string } {
  const [list, at, ...rest] = path;
  if (list === "transformers" && at !== undefined) {
    const transformer = draft.transformers[Number(at)];
    if (transformer === undefined) return { key: GRID, field: path.join(".") };
    const house = rest[0] === "houses" && rest[1] !== undefined ? transformer.houses[Number(rest[1])] : undefined;
    if (house === undefined) return { key: keyOf("transformer", transformer.id), field: rest[0] ?? "" };
    const inHouse = rest.slice(2);
    const device = inHouse[0] === "devices" && inHouse[1] !== undefined ? house.devices[Number(inHouse[1])] : undefined;
    if (device === undefined) return { key: keyOf("house", house.id), field: inHouse[0] ?? "" };
    return { key: keyOf("device", device.id), field: inHouse[2] ?? "" };
  }
  if (list === "network" && at === "connections") {
    const connection = draft.network?.connections[Number(rest[0])];
    const key = connection ? keyOf("house", connection.house) : GRID;
    if (nodeAt(draft, key) && key !== GRID) return { key, field: "bus" };
  }
  return { key: GRID, field: path.length > 1 ? path.join(".") : (list ?? "") };
}
