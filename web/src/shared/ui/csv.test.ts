import { expect, it } from "vitest";
import { csvOf } from "./csv";

it("writes units into the header, quotes where needed and disarms formulas", async () => {
  const columns = [
    { header: "House", value: (row: { name: string; kwh: number | null }) => row.name },
    { header: "Load", unit: "kWh", value: (row: { kwh: number | null }) => row.kwh },
  ];
  const rows = [
    { name: 'Anna, "Hof"', kwh: 1234.5 },
    { name: "=1+1", kwh: null },
    { name: "-3", kwh: -3 },
  ];
  const text = await csvOf(columns, rows).text();
  expect(text).toBe('House,Load [kWh]\r\n"Anna, ""Hof""",1234.5\r\n\'=1+1,\r\n\'-3,-3\r\n');
});
