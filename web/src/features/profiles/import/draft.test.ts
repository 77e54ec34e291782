import { describe, expect, it } from "vitest";
import { draftOf, type Inspection, mappingOf, missingIn, withType } from "./draft";

const inspection = (mapping: object, kinds: Record<string, string>): Inspection =>
  ({
    columns: Object.entries(kinds).map(([name, kind]) => ({
      name,
      kind,
      guess: kind === "number" ? { unit: null, profile_type: "load" } : null,
      samples: [],
    })),
    mapping,
  }) as unknown as Inspection;

const wide = inspection(
  {
    timestamp_column: ["Datum", "Zeit"],
    timezone: "Europe/Berlin",
    decimal: ",",
    delimiter: ";",
    skip_lines: 2,
    series: [{ column: "H1", profile_type: "load", unit: "kWh" }],
  },
  { Datum: "timestamp", Zeit: "time", H1: "number", Bemerkung: "text" },
);
const long = inspection(
  { timestamp_column: "ts", series_column: "meter", value_column: "kwh", unit: "kWh", series: "all other columns" },
  { ts: "timestamp", meter: "text", kwh: "number" },
);

describe("the form of an import", () => {
  it("begins with what was recognised", () => {
    const draft = draftOf(wide);
    expect(draft.layout).toBe("wide");
    expect(draft.columns.map((column) => column.use)).toEqual(["timestamp", "timestamp", "series", "skip"]);
    expect(draft.columns[2]).toMatchObject({ name: "H1", type: "load", unit: "kWh" });
    expect(missingIn(draft)).toEqual([]);
  });

  it("becomes the mapping, with what was found in the file", () => {
    const mapping = mappingOf(draftOf(wide));
    expect(mapping).toMatchObject({
      timestamp_column: ["Datum", "Zeit"],
      timezone: "Europe/Berlin",
      delimiter: ";",
      skip_lines: 2,
      gaps: "refuse",
      series: [{ column: "H1", name: "H1", profile_type: "load", unit: "kWh" }],
    });
    expect(mapping).not.toHaveProperty("series_column");
  });

  it("knows files with a row for each value", () => {
    const draft = draftOf(long);
    expect(draft.layout).toBe("long");
    expect(mappingOf(draft)).toMatchObject({
      timestamp_column: "ts",
      series: "all other columns",
      series_column: "meter",
      value_column: "kwh",
      profile_type: "load",
      unit: "kWh",
    });
  });

  it("says what is missing", () => {
    const draft = draftOf(wide);
    const nothing = draft.columns.map((column) => ({ ...column, use: "skip" as const }));
    expect(missingIn({ ...draft, columns: nothing })).toEqual(["timestamp", "series"]);
    expect(missingIn({ ...draftOf(long), seriesColumn: null })).toEqual(["seriesColumn"]);
  });

  it("changes the unit with the type only where it must", () => {
    const column = draftOf(wide).columns[2];
    if (column === undefined) throw new Error("no column");
    expect(withType(column, "solar").unit).toBe("kWh");
    expect(withType(column, "price").unit).toBe("EUR/kWh");
  });
});
