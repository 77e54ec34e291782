import type { ResultNode } from "../queries";

export interface TransformerRow {
  id: number;
  name: string;
  houses: number;
  capacityKw: number | null;
  importPeakKw: number | null;
  importPeakAt: string | null;
  exportPeakKw: number | null;
  exportPeakAt: string | null;
  loadingPercent: number | null;
  hoursAbove80: number | null;
  hoursAbove100: number | null;
  importKwh: number | null;
  exportKwh: number | null;
  curtailedKwh: number | null;
  unservedKwh: number | null;
}

/** The transformers, those that are loaded most first; without a capacity by the larger peak, behind the others. */
export function transformerRows(nodes: ResultNode[]): TransformerRow[] {
  const houses = new Map<number, number>();
  for (const node of nodes)
    if (node.kind === "house" && node.parent_id !== null)
      houses.set(node.parent_id, (houses.get(node.parent_id) ?? 0) + 1);
  return nodes
    .filter((node) => node.kind === "transformer")
    .map((node) => rowOf(node, houses.get(node.node_id) ?? 0))
    .sort((a, b) => (b.loadingPercent ?? -1) - (a.loadingPercent ?? -1) || peak(b) - peak(a));
}

function peak(row: TransformerRow): number {
  return Math.max(row.importPeakKw ?? 0, row.exportPeakKw ?? 0);
}

function rowOf(node: ResultNode, houses: number): TransformerRow {
  const { indicators } = node;
  const number = (name: string) => {
    const value = indicators[name];
    return typeof value === "number" ? value : null;
  };
  const moment = (name: string) => {
    const value = indicators[name];
    return typeof value === "string" ? value : null;
  };
  return {
    id: node.node_id,
    name: node.name,
    houses,
    capacityKw: node.capacity_kw,
    importPeakKw: number("import_peak_kw"),
    importPeakAt: moment("import_peak_at"),
    exportPeakKw: number("export_peak_kw"),
    exportPeakAt: moment("export_peak_at"),
    loadingPercent: number("loading_max_percent"),
    hoursAbove80: number("hours_above_80_percent"),
    hoursAbove100: number("hours_above_100_percent"),
    importKwh: number("imported_kwh"),
    exportKwh: number("exported_kwh"),
    curtailedKwh: number("curtailed_kwh"),
    unservedKwh: number("unserved_kwh"),
  };
}
