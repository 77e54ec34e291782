/** The ranks of a priority list while they are edited: each with a word of its own, so that it can be dragged. */
import type { Schemas } from "@/shared/api/client";

export interface Rank {
  id: string;
  flags: string[];
  houses: number[];
}

let count = 0;
const nextId = () => `rank-${++count}`;

export const newRank = (): Rank => ({ id: nextId(), flags: [], houses: [] });

export function ranksOf(list: Schemas["PriorityList"]): Rank[] {
  return list.configuration.map(({ flags, houses }) => ({ id: nextId(), flags, houses }));
}

/** As the API wants it. Ranks without anybody say nothing and are left out. */
export function configurationOf(ranks: readonly Rank[]): Schemas["PriorityList"]["configuration"] {
  return ranks
    .filter(({ flags, houses }) => flags.length + houses.length > 0)
    .map(({ flags, houses }) => ({ flags, houses }));
}

export function isChanged(ranks: readonly Rank[], list: Schemas["PriorityList"]): boolean {
  return JSON.stringify(configurationOf(ranks)) !== JSON.stringify(configurationOf(ranksOf(list)));
}

export function moved(ranks: readonly Rank[], from: number, to: number): Rank[] {
  const result = [...ranks];
  const [rank] = result.splice(from, 1);
  if (rank === undefined || to < 0 || to > result.length) return [...ranks];
  result.splice(to, 0, rank);
  return result;
}

/** Choices of one input: flags as `flag:medical`, houses as `house:12`. */
export const membersOf = ({ flags, houses }: Pick<Rank, "flags" | "houses">): string[] => [
  ...flags.map((flag) => `flag:${flag}`),
  ...houses.map((house) => `house:${house}`),
];

export function withMembers(rank: Rank, members: readonly string[]): Rank {
  const after = (word: string) =>
    members.filter((member) => member.startsWith(word)).map((member) => member.slice(word.length));
  return { ...rank, flags: after("flag:"), houses: after("house:").map(Number) };
}

/** A flag or house stands in one list once: the first rank that names it counts, so a second one would mislead. */
export function takenElsewhere(ranks: readonly Rank[], id: string): Set<string> {
  return new Set(ranks.filter((rank) => rank.id !== id).flatMap(membersOf));
}
