/** Who gave how much to whom over a run, by house or by groups of houses. Pure: flows and nodes in, rows out. */
import type { Flow, ResultNode } from "../queries";

export type Grouping = "house" | "transformer" | "flag" | "type";

export interface Exchange {
  from: string;
  to: string;
  kwh: number;
}

export type Nodes = Map<number, ResultNode>;

/** Nodes by id; of those that share a name each gets its number behind it, so that names can stand for nodes. */
export function namedApart(nodes: ResultNode[]): Nodes {
  const seen = new Map<string, number>();
  for (const { kind, name } of nodes) seen.set(`${kind} ${name}`, (seen.get(`${kind} ${name}`) ?? 0) + 1);
  return new Map(
    nodes.map((node) => {
      const isAlone = seen.get(`${node.kind} ${node.name}`) === 1;
      return [node.node_id, isAlone ? node : { ...node, name: `${node.name} (#${node.node_id})` }];
    }),
  );
}

/** What a house counts under. Transformers trade with each other as wholes, so only they know of that trade. */
function keyOf(node: ResultNode, nodes: Nodes, grouping: Grouping): string {
  if (grouping === "house") return node.name;
  if (grouping === "transformer") return nodes.get(node.parent_id ?? -1)?.name ?? "";
  if (grouping === "type") return node.house_type ?? "";
  return [...node.flags].sort().join(" + ");
}

/** Trades among neighbours, added up by group, the largest first. Import and export are no trades. */
export function exchangesOf(flows: Flow[], nodes: Nodes, grouping: Grouping): Exchange[] {
  const sums = new Map<string, Exchange>();
  const add = (from: string, to: string, kwh: number) => {
    const key = JSON.stringify([from, to]);
    const found = sums.get(key);
    if (found) found.kwh += kwh;
    else sums.set(key, { from, to, kwh });
  };
  for (const flow of flows) {
    const source = nodes.get(flow.source_id);
    const target = nodes.get(flow.target_id);
    if (!source || !target) continue;
    if (source.kind === "house" && target.kind === "house")
      add(keyOf(source, nodes, grouping), keyOf(target, nodes, grouping), flow.energy_kwh);
    else if (grouping === "transformer" && source.kind === "transformer" && target.kind === "transformer")
      add(source.name, target.name, flow.energy_kwh);
  }
  return [...sums.values()].sort((a, b) => b.kwh - a.kwh);
}

/** Energy traded between transformers, which no pair of houses can be named for. */
export function betweenTransformersKwh(flows: Flow[], nodes: Nodes): number {
  const isTransformer = (id: number) => nodes.get(id)?.kind === "transformer";
  return flows.reduce(
    (sum, flow) => sum + (isTransformer(flow.source_id) && isTransformer(flow.target_id) ? flow.energy_kwh : 0),
    0,
  );
}

export interface Totals {
  key: string;
  kwh: number;
}

/** Sums by giver or taker, the largest first. */
export function totalsBy(exchanges: Exchange[], end: "from" | "to"): Totals[] {
  const sums = new Map<string, number>();
  for (const exchange of exchanges) sums.set(exchange[end], (sums.get(exchange[end]) ?? 0) + exchange.kwh);
  return [...sums].map(([key, kwh]) => ({ key, kwh })).sort((a, b) => b.kwh - a.kwh);
}

/** Whoever is not among the largest, on either side, becomes one. */
export function withOthers(exchanges: Exchange[], mostSellers: number, mostBuyers: number, others: string): Exchange[] {
  const kept = (end: "from" | "to", most: number) => {
    const all = totalsBy(exchanges, end);
    // One left alone needs no common name.
    return new Set((all.length <= most + 1 ? all : all.slice(0, most)).map((total) => total.key));
  };
  const sellers = kept("from", mostSellers);
  const buyers = kept("to", mostBuyers);
  const sums = new Map<string, Exchange>();
  for (const { from, to, kwh } of exchanges) {
    const seller = sellers.has(from) ? from : others;
    const buyer = buyers.has(to) ? to : others;
    const key = JSON.stringify([seller, buyer]);
    const found = sums.get(key);
    if (found) found.kwh += kwh;
    else sums.set(key, { from: seller, to: buyer, kwh });
  }
  return [...sums.values()].sort((a, b) => b.kwh - a.kwh);
}

/** Names of an axis: the largest first, the others last. */
export function axisOf(exchanges: Exchange[], end: "from" | "to", others: string): string[] {
  const keys = totalsBy(exchanges, end).map((total) => total.key);
  return keys.includes(others) ? [...keys.filter((key) => key !== others), others] : keys;
}

/** What one house bought from and sold to whom. */
export function partnersOf(flows: Flow[], nodes: Nodes, houseId: number): { bought: Totals[]; sold: Totals[] } {
  const side = (own: "source_id" | "target_id", other: "source_id" | "target_id") =>
    flows
      .filter((flow) => flow[own] === houseId && nodes.get(flow[other])?.kind === "house")
      .map((flow) => ({ key: nodes.get(flow[other])?.name ?? "", kwh: flow.energy_kwh }))
      .sort((a, b) => b.kwh - a.kwh);
  return { bought: side("target_id", "source_id"), sold: side("source_id", "target_id") };
}

/** The first some that are not smaller than `leastKwh`, the rest as one: names of hair-thin bands would lie on each other. */
export function topTotals(totals: Totals[], most: number, others: string, leastKwh = 0): Totals[] {
  const kept = totals.slice(0, most).filter((total) => total.kwh >= leastKwh);
  const left = totals.slice(kept.length);
  if (left.length <= 1) return totals;
  return [...kept, { key: others, kwh: left.reduce((sum, total) => sum + total.kwh, 0) }];
}

export type Silence = "none" | "noOverlap" | "tooMany";

/** Why there are no flows between houses; null where there are. */
export function silenceOf(exchanges: Exchange[], allocation: unknown, boughtKwh: number): Silence | null {
  if (exchanges.length > 0) return null;
  if (allocation === "none") return "none";
  return boughtKwh > 1e-6 ? "tooMany" : "noOverlap";
}
