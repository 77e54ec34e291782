/** Local prices of a run, hour by hour: how they lie over the day, and for how many hours they were how high. */
import type { ZoneClock } from "@/shared/format/zoneClock";
import { HOUR_MS, MINUTE_MS } from "@/shared/format/zoneClock";

export interface PriceSeries {
  /** Start of the first interval, ms; intervals of `stepMinutes`. */
  start: number;
  stepMinutes: number;
  prices: (number | null)[];
  tradedKw: (number | null)[];
}

export interface HourOfDay {
  hour: number;
  /** Mean over all days, also those without a trade. */
  tradedKw: number;
  /** Weighted by energy; null where nothing was ever traded in this hour. */
  price: number | null;
}

/** Less than a microwatt is rounding, not a trade. */
const LEAST_KW = 1e-6;

/** Mean price and traded power of each hour of the local clock. */
export function hoursOfDay(series: PriceSeries, clock: ZoneClock): HourOfDay[] {
  const traded = new Float64Array(24);
  const money = new Float64Array(24);
  const priced = new Float64Array(24);
  const count = new Float64Array(24);
  const step = series.stepMinutes * MINUTE_MS;
  for (let index = 0; index < series.prices.length; index++) {
    const hour = Math.floor(clock.wall(series.start + index * step) / HOUR_MS) % 24;
    const kw = series.tradedKw[index] ?? 0;
    const price = series.prices[index];
    count[hour] = (count[hour] as number) + 1;
    traded[hour] = (traded[hour] as number) + kw;
    if (price === null || price === undefined || kw <= LEAST_KW) continue;
    money[hour] = (money[hour] as number) + price * kw;
    priced[hour] = (priced[hour] as number) + kw;
  }
  return Array.from({ length: 24 }, (_, hour) => ({
    hour,
    tradedKw: (count[hour] as number) > 0 ? (traded[hour] as number) / (count[hour] as number) : 0,
    price: (priced[hour] as number) > 0 ? (money[hour] as number) / (priced[hour] as number) : null,
  }));
}

export interface PriceDuration {
  /** Prices of the intervals with a trade, the highest first. */
  prices: number[];
  hoursWithTrade: number;
  lowest: number;
  highest: number;
  /** The same price in all of them, but for rounding. */
  isConstant: boolean;
}

/** Null where nothing was traded at a price. */
export function priceDuration(series: PriceSeries): PriceDuration | null {
  const prices: number[] = [];
  for (let index = 0; index < series.prices.length; index++) {
    const price = series.prices[index];
    if (price !== null && price !== undefined && (series.tradedKw[index] ?? 0) > LEAST_KW) prices.push(price);
  }
  if (prices.length === 0) return null;
  prices.sort((a, b) => b - a);
  const highest = prices[0] as number;
  const lowest = prices.at(-1) as number;
  return {
    prices,
    hoursWithTrade: (prices.length * series.stepMinutes) / 60,
    lowest,
    highest,
    isConstant: highest - lowest <= 1e-6 * Math.max(Math.abs(highest), 1e-3),
  };
}

/** At most so many points of a curve, its ends among them. */
export function thinned(values: number[], most: number): [rank: number, value: number][] {
  if (values.length <= most) return values.map((value, rank) => [rank, value]);
  return Array.from({ length: most }, (_, index) => {
    const rank = Math.round((index * (values.length - 1)) / (most - 1));
    return [rank, values[rank] as number];
  });
}

/** The local day on which most was traded; null where nothing was. */
export function busiestDay(
  series: { timestamps: number[]; tradedKw: (number | null)[] },
  clock: ZoneClock,
): string | null {
  let best = -1;
  for (let index = 0; index < series.tradedKw.length; index++) {
    const kw = series.tradedKw[index] ?? 0;
    if (kw > LEAST_KW && (best < 0 || kw > (series.tradedKw[best] ?? 0))) best = index;
  }
  return best < 0 ? null : clock.date(series.timestamps[best] as number);
}
