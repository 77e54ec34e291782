import type { ResultNode } from "../queries";

export interface HouseRow {
  id: number;
  name: string;
  owner: string | null;
  type: string | null;
  flags: string[];
  transformerId: number | null;
  transformer: string | null;
  loadKwh: number;
  generationKwh: number;
  selfSufficiency: number | null;
  boughtKwh: number;
  soldKwh: number;
  importKwh: number;
  exportKwh: number;
  billEur: number;
  referenceEur: number;
  savingEur: number;
  savingRate: number | null;
}

/** The houses among the nodes, in the community's order. */
export function houseRows(nodes: ResultNode[]): HouseRow[] {
  const names = new Map(nodes.map((node) => [node.node_id, node.name]));
  return nodes.filter((node) => node.kind === "house").map((node) => rowOf(node, names));
}

function rowOf(node: ResultNode, names: Map<number, string>): HouseRow {
  const known = (name: string) => {
    const value = node.indicators[name];
    return typeof value === "number" ? value : null;
  };
  const number = (name: string) => known(name) ?? 0;
  return {
    id: node.node_id,
    name: node.name,
    owner: node.owner,
    type: node.house_type,
    flags: node.flags,
    transformerId: node.parent_id,
    transformer: node.parent_id === null ? null : (names.get(node.parent_id) ?? null),
    loadKwh: number("load_kwh"),
    generationKwh: number("generation_kwh"),
    selfSufficiency: known("self_sufficiency_rate"),
    boughtKwh: number("bought_local_kwh") + number("bought_grid_kwh"),
    soldKwh: number("sold_local_kwh") + number("sold_grid_kwh"),
    importKwh: number("imported_kwh"),
    exportKwh: number("exported_kwh"),
    billEur: number("bill_eur"),
    referenceEur: number("reference_bill_eur"),
    savingEur: number("saving_eur"),
    savingRate: known("saving_rate"),
  };
}

export interface HouseFilter {
  flag?: string;
  transformer?: number;
}

export function filtered(rows: HouseRow[], { flag, transformer }: HouseFilter): HouseRow[] {
  return rows.filter(
    (row) =>
      (flag === undefined || row.flags.includes(flag)) &&
      (transformer === undefined || row.transformerId === transformer),
  );
}

export function flagsOf(rows: HouseRow[]): string[] {
  return [...new Set(rows.flatMap((row) => row.flags))].sort();
}

/** Half a cent: who pays as much as alone, to the cent, neither gains nor loses. */
const SAME_EUR = 0.005;

export function winnersAndLosers(rows: HouseRow[]): { better: number; same: number; worse: number } {
  const better = rows.filter((row) => row.savingEur > SAME_EUR).length;
  const worse = rows.filter((row) => row.savingEur < -SAME_EUR).length;
  return { better, worse, same: rows.length - better - worse };
}

/** The houses beside one in the community's order; null at the ends. */
export function neighboursOf(rows: HouseRow[], id: number): { before: HouseRow | null; after: HouseRow | null } {
  const index = rows.findIndex((row) => row.id === id);
  return { before: rows[index - 1] ?? null, after: index < 0 ? null : (rows[index + 1] ?? null) };
}
