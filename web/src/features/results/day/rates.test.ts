import { expect, test } from "vitest";
import { ZoneClock } from "@/shared/format/zoneClock";
import { ratesOf } from "./rates";

const FEES = {
  platform_fee_eur_per_kwh: 0.01,
  local_grid_fee_eur_per_kwh: 0.04,
  grid_fee_eur_per_kwh: 0.1,
  taxes_eur_per_kwh: 0.12,
};
const at = (text: string) => Date.parse(text);
const clock = new ZoneClock("Europe/Berlin", at("2016-01-01T00:00Z"), at("2017-01-01T00:00Z"));

test("a flat tariff with what comes on top", () => {
  const rates = ratesOf({ kind: "flat", retail_eur_per_kwh: 0.3, feed_in_eur_per_kwh: 0.08 }, FEES, clock, new Map());
  expect(rates?.importPrice(0)).toBeCloseTo(0.52);
  expect(rates?.exportPrice(0)).toBe(0.08);
  expect(rates?.localFee).toBeCloseTo(0.05);
});

test("a period belongs to the day on which it begins, by the local clock", () => {
  const night = { from: "22:00", to: "06:00", weekdays: [4], retail_eur_per_kwh: 0.1 };
  const tariff = {
    kind: "time_of_use" as const,
    retail_eur_per_kwh: 0.3,
    feed_in_eur_per_kwh: 0.08,
    periods: [night],
  };
  const price = (text: string) => ratesOf(tariff, {} as typeof FEES, clock, new Map())?.importPrice(at(text));
  expect(price("2016-06-03T19:59Z")).toBe(0.3);
  expect(price("2016-06-03T20:00Z")).toBe(0.1);
  expect(price("2016-06-04T03:59Z")).toBe(0.1);
  expect(price("2016-06-04T04:00Z")).toBe(0.3);
  expect(price("2016-06-04T20:00Z")).toBe(0.3);
  const holidays = { ...tariff, holidays: { country: "DE" } };
  expect(ratesOf(holidays, FEES, clock, new Map())).toBeNull();
});

test("a tariff that follows a price series, and nothing where the series ends", () => {
  const series = { start: at("2016-06-01T00:00Z"), stepMs: 3_600_000, values: [0.05, -0.02] };
  const tariff = { kind: "series" as const, profile_id: 7, factor: 1.2, surcharge_eur_per_kwh: 0.02 };
  const rates = ratesOf(tariff, FEES, clock, new Map([[7, series]]));
  expect(rates?.importPrice(at("2016-06-01T01:30Z"))).toBeCloseTo(-0.024 + 0.02 + 0.22);
  expect(rates?.importPrice(at("2016-06-01T02:00Z"))).toBeNull();
  expect(rates?.exportPrice(0)).toBe(0.08);
});
