import { describe, expect, it } from "vitest";
import type { Summary } from "../queries";
import { monthsOf, monthValues, relativeTo } from "./charts";

const run = (indicators: Summary["indicators"], months: [string, number][] = []) =>
  ({
    indicators,
    fairness: {},
    months: months.map(([month, bill]) => ({ month, indicators: { bill_eur: bill } })),
  }) as unknown as Summary;

describe("charts of compared runs", () => {
  it("measures by the first run and says what can't be", () => {
    const runs = [run({ bill_eur: 200, exported_kwh: 0 }), run({ bill_eur: 150, exported_kwh: 3 })];
    const { shown, left } = relativeTo(runs, ["bill_eur", "exported_kwh"]);
    expect(shown).toEqual([{ name: "bill_eur", percents: [100, 75] }]);
    expect(left).toEqual(["exported_kwh"]);
  });

  it("shows a loss that shrinks as more, not less", () => {
    const { shown } = relativeTo([run({ saving_eur: -100 }), run({ saving_eur: -50 })], ["saving_eur"]);
    expect(shown[0]?.percents).toEqual([100, 150]);
  });

  it("lays months of different periods side by side", () => {
    const runs = [run({}, [["2016-01", 5]]), run({}, [["2016-02", 7]])];
    const months = monthsOf(runs);
    expect(months).toEqual(["2016-01", "2016-02"]);
    expect(monthValues(runs[1] as Summary, "bill_eur", months)).toEqual([null, 7]);
  });
});
