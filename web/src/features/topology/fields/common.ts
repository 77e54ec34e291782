/** One value for several nodes. */
export type Values = Record<string, unknown>;

/** What nodes that differ have in common: nothing. */
export const VARIOUS = Symbol("various");

export function commonValue(nodes: readonly Values[], name: string): unknown {
  const first = nodes[0]?.[name] ?? null;
  const text = JSON.stringify(first);
  return nodes.every((node) => (node[name] ?? null) === first || JSON.stringify(node[name] ?? null) === text)
    ? first
    : VARIOUS;
}

/** Flags that all have, and those that only some have, with their number. */
export function sharedFlags(nodes: readonly Values[]): { all: string[]; some: [flag: string, count: number][] } {
  const counts = new Map<string, number>();
  for (const node of nodes)
    for (const flag of (node.flags ?? []) as string[]) counts.set(flag, (counts.get(flag) ?? 0) + 1);
  const entries = [...counts];
  return {
    all: entries.filter(([, count]) => count === nodes.length).map(([flag]) => flag),
    some: entries.filter(([, count]) => count < nodes.length),
  };
}

/** The flags of one node after those that all have were changed to `wanted`. */
export function flagsAfter(own: readonly string[], before: readonly string[], wanted: readonly string[]): string[] {
  const removed = new Set(before.filter((flag) => !wanted.includes(flag)));
  return [...new Set([...own.filter((flag) => !removed.has(flag)), ...wanted])];
}
