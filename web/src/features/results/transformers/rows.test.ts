import { expect, test } from "vitest";
import type { ResultNode } from "../queries";
import { transformerRows } from "./rows";

const node = (
  id: number,
  kind: string,
  parent: number | null,
  indicators: Record<string, number | string | null> = {},
) =>
  ({
    node_id: id,
    kind,
    parent_id: parent,
    name: `${kind} ${id}`,
    capacity_kw: 10,
    indicators,
  }) as unknown as ResultNode;

test("the most loaded transformer comes first; what has no capacity is behind, the larger peak before", () => {
  const rows = transformerRows([
    node(1, "grid", null),
    node(2, "transformer", 1, { loading_max_percent: 40, import_peak_kw: 4, import_peak_at: "2016-01-01T00:00Z" }),
    node(3, "transformer", 1, { loading_max_percent: 120, export_peak_kw: 12 }),
    node(4, "transformer", 1, { loading_max_percent: null, import_peak_kw: 3 }),
    node(5, "transformer", 1, { loading_max_percent: null, export_peak_kw: 9 }),
    node(6, "house", 2),
    node(7, "house", 2),
  ]);
  expect(rows.map((row) => row.id)).toEqual([3, 2, 5, 4]);
  expect(rows[1]).toMatchObject({ houses: 2, importPeakKw: 4, importPeakAt: "2016-01-01T00:00Z", exportPeakKw: null });
});
