import { describe, expect, it } from "vitest";
import { formatsFor } from "@/shared/format/formats";
import { figuresOf } from "./headline";

const indicators = {
  self_sufficiency_rate: 0.2287,
  self_consumption_rate: 0.9898,
  bought_local_kwh: 108_500.5,
  saving_eur: 25_431.36,
  saving_rate: 0.1322,
  import_peak_kw: 205.04,
  co2_kg: null,
};

describe("figuresOf", () => {
  it("shows each figure in the unit that reads best, and leaves out what is not there", () => {
    const figures = figuresOf({ indicators, currency: "EUR" }, formatsFor("en-GB"));
    expect(figures.map(({ name, value }) => [name, value])).toEqual([
      ["self_sufficiency_rate", "22.9%"],
      ["self_consumption_rate", "99%"],
      ["bought_local_kwh", "108.5 MWh"],
      ["saving_eur", "€25,431"],
      ["import_peak_kw", "205 kW"],
    ]);
    expect(figures.find(({ name }) => name === "saving_eur")?.share).toBe("13.2%");
  });
});
