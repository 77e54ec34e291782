import { describe, expect, it } from "vitest";
import type { Summary } from "../queries";
import { warningsOf } from "./warnings";

const summary = (indicators: Summary["indicators"], ok = true) =>
  ({ indicators, proof: { ok, entries: {} } }) as unknown as Summary;

describe("warningsOf", () => {
  it("says nothing where nothing is wrong", () => {
    const fine = summary({ load_kwh: 1000, generation_kwh: 100, unserved_kwh: 0, curtailed_kwh: 1e-7 });
    expect(warningsOf({ summary: fine, overloaded: [], network: { houses: 0, lines: 0 } })).toEqual([]);
  });

  it("names what was not served with its share, before what was curtailed", () => {
    const short = summary({ load_kwh: 1000, generation_kwh: 100, unserved_kwh: 50, curtailed_kwh: 10 });
    const found = warningsOf({ summary: short, overloaded: [] });
    expect(found.map((warning) => warning.kind)).toEqual(["unserved", "curtailed"]);
    expect(found[0]).toMatchObject({ kwh: 50, share: 0.05, severity: "severe", page: "houses" });
  });

  it("counts overloaded transformers and violations of the network", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const found = warningsOf({ summary: summary({}), overloaded: names, network: { houses: 2, lines: 1 } });
    expect(found[0]).toMatchObject({ kind: "overloaded", count: 6, names: names.slice(0, 5) });
    expect(found[1]).toMatchObject({ kind: "voltage", count: 3 });
  });

  it("puts a proof that does not hold first", () => {
    const found = warningsOf({ summary: summary({ load_kwh: 1, unserved_kwh: 1 }, false), overloaded: [] });
    expect(found[0]?.kind).toBe("proof");
  });
});
