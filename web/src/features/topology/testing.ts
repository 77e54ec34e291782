/** Small communities for tests. */
import type { Draft, House, Transformer } from "./document/types";

export function house(id: number | string, extra: Partial<House> = {}): House {
  return { id, name: `House ${id}`, house_type: "residential", flags: [], devices: [], ...extra };
}

export function transformer(id: number | string, houses: House[] = [], extra: Partial<Transformer> = {}): Transformer {
  return { id, name: `T${id}`, capacity_kw: null, houses, ...extra };
}

export function community(transformers: Transformer[], extra: Partial<Draft> = {}): Draft {
  return {
    id: 1,
    format: "hygge-community/1",
    name: "Hygge Street",
    timezone: "Europe/Berlin",
    currency: "EUR",
    flags: [],
    priority_lists: [],
    network: null,
    version: 3,
    transformers,
    ...extra,
  };
}
