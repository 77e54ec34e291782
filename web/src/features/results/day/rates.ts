/** What a kWh costs and earns upstream at an instant, from a run's parameters (docs/settlement.md, "Tariffs"). */

import type { Schemas } from "@/shared/api/client";
import { type Intervals, indexAt } from "@/shared/charts/intervals";
import { DAY_MS, type ZoneClock } from "@/shared/format/zoneClock";

export type Tariff = Schemas["FlatTariff"] | Schemas["TimeOfUseTariff"] | Schemas["SeriesTariff"];
export type Fees = Schemas["Fees"];

export interface Rates {
  /** Of an imported kWh, with grid fee and taxes. */
  importPrice: (instant: number) => number | null;
  exportPrice: (instant: number) => number | null;
  /** What a local kWh costs beside its price. */
  localFee: number;
}

/** Prices of profiles by their id, for tariffs that follow one. */
export type PriceSeries = Map<number, Intervals>;

/** Null where the tariff depends on what only the engine knows: on which dates holidays are. */
export function ratesOf(tariff: Tariff, fees: Fees, clock: ZoneClock, profiles: PriceSeries): Rates | null {
  const onTop = (fees.grid_fee_eur_per_kwh ?? 0) + (fees.taxes_eur_per_kwh ?? 0);
  const localFee = (fees.platform_fee_eur_per_kwh ?? 0) + (fees.local_grid_fee_eur_per_kwh ?? 0);
  const withFees = (retail: number | null) => (retail === null ? null : retail + onTop);
  if (tariff.kind === "series") {
    const { profile_id, feed_in_profile_id, factor = 1, surcharge_eur_per_kwh: surcharge = 0 } = tariff;
    const retail = (instant: number) => {
      const price = valueAt(profiles.get(profile_id), instant);
      return price === null ? null : factor * price + surcharge;
    };
    const feedIn = tariff.feed_in_eur_per_kwh ?? DEFAULT_FEED_IN;
    return {
      importPrice: (instant) => withFees(retail(instant)),
      exportPrice: (instant) => (feed_in_profile_id ? valueAt(profiles.get(feed_in_profile_id), instant) : feedIn),
      localFee,
    };
  }
  const feedIn = tariff.feed_in_eur_per_kwh;
  if (tariff.kind === "time_of_use") {
    if (tariff.holidays) return null;
    return {
      importPrice: (instant) => withFees(timeOfUse(tariff, clock.wall(instant))),
      exportPrice: () => feedIn,
      localFee,
    };
  }
  return { importPrice: () => withFees(tariff.retail_eur_per_kwh), exportPrice: () => feedIn, localFee };
}

const DEFAULT_FEED_IN = 0.08;

/** Profiles that a tariff follows. */
export function profilesOf(tariff: Tariff): number[] {
  if (tariff.kind !== "series") return [];
  return [tariff.profile_id, tariff.feed_in_profile_id].filter((id): id is number => typeof id === "number");
}

/** A period belongs to the day on which it begins, also after midnight. */
function timeOfUse(tariff: Schemas["TimeOfUseTariff"], wall: number): number {
  const minute = Math.floor((((wall % DAY_MS) + DAY_MS) % DAY_MS) / 60_000);
  const weekday = (new Date(wall).getUTCDay() + 6) % 7;
  const found = tariff.periods.find((period) => {
    const [from, to] = [minuteOf(period.from), minuteOf(period.to)];
    const begins = (day: number) => !period.weekdays || period.weekdays.includes(day);
    if (from < to) return begins(weekday) && minute >= from && minute < to;
    return (begins(weekday) && minute >= from) || (begins((weekday + 6) % 7) && minute < to);
  });
  return found?.retail_eur_per_kwh ?? tariff.retail_eur_per_kwh;
}

function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

function valueAt(series: Intervals | undefined, instant: number): number | null {
  if (series === undefined) return null;
  const index = indexAt(series, instant);
  return index < 0 ? null : (series.values[index] ?? null);
}
