import { describe, expect, it } from "vitest";
import { detailLines, notesText, withNotes } from "./details";

const upload = {
  file: "a.csv",
  column: "B1",
  mapping: { timezone: "Europe/Berlin", series: [{ column: "B1" }, { column: "B2" }], max_gap_steps: null },
};

describe("what a profile was made from", () => {
  it("is told in lines", () => {
    expect(detailLines({ ...upload, notes: { text: "x" } })).toEqual([
      { path: "file", text: "a.csv" },
      { path: "column", text: "B1" },
      { path: "mapping.timezone", text: "Europe/Berlin" },
      { path: "mapping.series", text: "2 ×" },
    ]);
  });
  it("holds notes that can be changed without losing the rest", () => {
    const noted = withNotes(upload, " read with care ");
    expect(noted).toEqual({ ...upload, notes: { text: "read with care" } });
    expect(notesText(noted)).toBe("read with care");
    expect(withNotes(noted, "")).toEqual(upload);
  });
  it("keeps what others noted", () => {
    const details = { notes: { project: "A" } };
    expect(withNotes(details, "x")).toEqual({ notes: { project: "A", text: "x" } });
    expect(withNotes({ notes: { project: "A", text: "x" } }, "")).toEqual(details);
  });
});
