import type { Access, Grant, User } from "./queries";

/** What can be given to a role: households see by their houses, administrators see everything. */
export function accessesOf(role: User["role"]): Access[] {
  if (role === "operator") return ["operate", "view"];
  return role === "viewer" ? ["view"] : [];
}

interface Named {
  id: number;
  name: string;
}

/** A grant with its community's name; null when the community is gone. */
export interface NamedGrant extends Grant {
  name: string | null;
}

/** By name, with those of deleted communities at the end. */
export function named(grants: Grant[], grids: Named[]): NamedGrant[] {
  const names = new Map(grids.map((grid) => [grid.id, grid.name]));
  return grants
    .map((grant) => ({ ...grant, name: names.get(grant.grid_id) ?? null }))
    .sort((a, b) => Number(a.name === null) - Number(b.name === null) || (a.name ?? "").localeCompare(b.name ?? ""));
}

/** Communities as choices: two of the same name are told apart by their number. */
export function choicesOf(grids: Named[]): { value: string; label: string }[] {
  const count = new Map<string, number>();
  for (const { name } of grids) count.set(name, (count.get(name) ?? 0) + 1);
  return grids
    .map(({ id, name }) => ({ value: String(id), label: (count.get(name) ?? 0) > 1 ? `${name} (${id})` : name }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
