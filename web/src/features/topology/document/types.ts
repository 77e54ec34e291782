/** A community's document while it is edited: as the API has it, but every node has an id, and fields may be wrong. */
import type { Schemas } from "@/shared/api/client";

/** A number for what is stored, a word for what is new. */
export type Id = number | string;

export const DEVICE_KINDS = [
  "solar_panel",
  "wind_turbine",
  "battery",
  "electric_vehicle",
  "heat_pump",
  "heater",
  "air_conditioner",
  "generator",
] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

export interface Device {
  id: Id;
  kind: DeviceKind;
  name?: string | null;
  [field: string]: unknown;
}
export type House = Omit<Schemas["DocumentHouse"], "id" | "devices"> & { id: Id; devices: Device[] };
export type Transformer = Omit<Schemas["DocumentTransformer"], "id" | "houses"> & { id: Id; houses: House[] };
export type Draft = Omit<Schemas["Document"], "id" | "transformers"> & { id: Id; transformers: Transformer[] };
export type AnyNode = Draft | Transformer | House | Device;

export type NodeKind = "grid" | "transformer" | "house" | "device";
/** Kind and id in one word, `house-12`; ids are unique across kinds. */
export type Key = string;
export const GRID: Key = "grid";

/** The positions that lead to a node. */
export interface Place {
  kind: NodeKind;
  transformer: number;
  house: number;
  device: number;
}

export const keyOf = (kind: NodeKind, id: Id): Key => (kind === "grid" ? GRID : `${kind}-${id}`);

export function kindOf(key: Key): NodeKind {
  const word = key.split("-", 1)[0];
  return word === "transformer" || word === "house" || word === "device" ? word : "grid";
}

/** The document as the editor holds it; the API's answers have all ids. */
export function draftOf(document: Schemas["Document"]): Draft {
  return document as unknown as Draft;
}
