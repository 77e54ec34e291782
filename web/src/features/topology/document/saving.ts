/** Between the editor's ids and the service's, so that undo and redo work across saving. */
import type { Schemas } from "@/shared/api/client";
import type { Draft, Id } from "./types";

/** Ids of the service for nodes that were made here, or deleted, saved, and brought back by undo. */
export type Aliases = ReadonlyMap<Id, number>;

/** The document to send: nodes by the service's ids where it knows them. */
export function toDocument(draft: Draft, aliases: Aliases): Schemas["Document"] {
  const real = (id: Id): Id => aliases.get(id) ?? id;
  return {
    ...draft,
    transformers: draft.transformers.map((transformer) => ({
      ...transformer,
      id: real(transformer.id),
      houses: transformer.houses.map((house) => ({
        ...house,
        id: real(house.id),
        devices: house.devices.map((device) => ({ ...device, id: real(device.id) })),
      })),
    })),
    priority_lists: draft.priority_lists.map((list) => ({
      ...list,
      configuration: list.configuration.map((rank) => ({ ...rank, houses: rank.houses.map(real) })),
    })),
    network: draft.network && {
      ...draft.network,
      transformers: draft.network.transformers.map((item) =>
        item.transformer == null ? item : { ...item, transformer: real(item.transformer) },
      ),
      connections: draft.network.connections.map((item) => ({ ...item, house: real(item.house) })),
    },
  } as unknown as Schemas["Document"];
}

/** All ids of nodes, parents first: the order in which the service numbers new ones. */
export function idsOf(draft: Pick<Draft, "transformers">): Id[] {
  return draft.transformers.flatMap((transformer) => [
    transformer.id,
    ...transformer.houses.flatMap((house) => [house.id, ...house.devices.map((device) => device.id)]),
  ]);
}

/** Which ids the service gave to what it did not know: it numbers them upwards in the order of the document. */
export function aliasesAfter(sent: Draft, answer: Draft, known: ReadonlySet<number>, before: Aliases): Aliases {
  const serverId = (id: Id) => before.get(id) ?? id;
  const fresh = idsOf(sent).filter((id) => {
    const number = serverId(id);
    return typeof number === "string" || !known.has(number);
  });
  const given = idsOf(answer)
    .map(Number)
    .filter((id) => !known.has(id))
    .sort((a, b) => a - b);
  const after = new Map(before);
  fresh.forEach((id, position) => {
    const number = given[position];
    if (number !== undefined) after.set(id, number);
  });
  return after;
}
