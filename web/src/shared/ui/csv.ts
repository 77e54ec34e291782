interface CsvColumn<Row> {
  header: string;
  unit?: string;
  value: (row: Row) => string | number | null;
}

/** Rows as CSV (RFC 4180), with units in the header and numbers in full precision with a point. */
export function csvOf<Row>(columns: CsvColumn<Row>[], rows: Row[]): Blob {
  const header = columns.map((column) => quoted(column.unit ? `${column.header} [${column.unit}]` : column.header));
  const lines = rows.map((row) => columns.map((column) => quoted(column.value(row))).join(","));
  return new Blob([[header.join(","), ...lines].join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });
}

function quoted(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // A spreadsheet would take a text that begins so for a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
