import { describe, expect, it } from "vitest";
import { formatsFor } from "@/shared/format/formats";
import en from "../locales/en.json";
import { bestOf, changeOf, INDICATORS, valueOfRun, written, writtenChange } from "./indicators";

const formats = formatsFor("en-GB");

describe("indicators", () => {
  it("has words for every indicator that is shown, and shows every one that has words", () => {
    const shown = INDICATORS.map((facts) => facts.name).sort();
    const worded = Object.keys(en.indicator).filter((name) => name !== "reference_cost_eur");
    expect(shown).toEqual(worded.sort());
  });

  it("writes shares, energy, money, prices and times in their forms", () => {
    expect(written(formats, "self_sufficiency_rate", 0.2286, "1", "UTC")).toBe("22.9%");
    expect(written(formats, "load_kwh", 525020, "kWh", "UTC")).toBe("525 MWh");
    expect(written(formats, "bill_eur", 167006.9, "EUR", "UTC")).toBe("€167,007");
    expect(written(formats, "bill_eur", 522.663, "EUR", "UTC")).toBe("€522.66");
    expect(written(formats, "mean_local_price_eur_per_kwh", 0.1199, "EUR/kWh", "UTC")).toBe("€0.1199/kWh");
    expect(written(formats, "import_peak_at", "2016-12-24T12:30:00Z", "UTC", "Europe/Berlin")).toContain("13:30");
    expect(written(formats, "loading_max_percent", null, "%", "UTC")).toBe("–");
    expect(written(formats, "gini_savings", 0.5415, "1", "UTC")).toBe("0.54");
  });

  it("judges a change by the direction that is better", () => {
    expect(changeOf("bill_eur", 90, 100)).toMatchObject({ difference: -10, relative: -0.1, verdict: "better" });
    expect(changeOf("self_sufficiency_rate", 0.2, 0.3)?.verdict).toBe("worse");
    expect(changeOf("exported_kwh", 5, 10)?.verdict).toBe("neutral");
    expect(changeOf("imported_kwh", 100.00000001, 100)?.verdict).toBe("neutral");
    expect(changeOf("export_peak_kw", 3, 0)).toMatchObject({ relative: null, verdict: "worse" });
    expect(changeOf("loading_max_percent", null, 3)).toBeNull();
  });

  it("takes rounding for nothing", () => {
    expect(written(formats, "saving_eur", -2.9e-11, "EUR", "UTC")).toBe("€0.00");
    expect(changeOf("saving_eur", 25431, -2.9e-11)).toMatchObject({ relative: null, verdict: "better" });
    expect(changeOf("curtailed_kwh", 3e-8, 0)).toMatchObject({ difference: 0, verdict: "neutral" });
    const none = { indicators: {}, fairness: { gini_savings: 0.07 }, parameters: { allocation: "none" } };
    expect(valueOfRun(none, { name: "gini_savings", group: "fairness" })).toBeNull();
  });

  it("writes a change with its sign, in points for shares", () => {
    const share = changeOf("self_sufficiency_rate", 0.25, 0.2);
    expect(share && writtenChange(formats, "self_sufficiency_rate", "1", share, "pp")).toBe("+5 pp");
    const energy = changeOf("imported_kwh", 75, 100);
    expect(energy && writtenChange(formats, "imported_kwh", "kWh", energy, "pp")).toBe("−25 kWh (−25%)");
  });

  it("marks the best, all that share the place, and none without a direction", () => {
    expect(bestOf("bill_eur", [3, 1, null, 1])).toEqual([false, true, false, true]);
    expect(bestOf("saving_eur", [3, 1])).toEqual([true, false]);
    expect(bestOf("load_kwh", [3, 1])).toEqual([false, false]);
    expect(bestOf("bill_eur", [2, 2])).toEqual([false, false]);
  });
});
