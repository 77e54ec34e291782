import type { ZoneClock } from "@/shared/format/zoneClock";
import { HOUR_MS } from "@/shared/format/zoneClock";
import { endOf, type Intervals, startOf } from "./intervals";

/** Local days × hours of the clock: `values[day * 24 + hour]`, NaN where the clock never shows the hour or nothing is known. */
export interface YearCells {
  /** Local dates, YYYY-MM-DD. */
  dates: string[];
  dayStarts: number[];
  values: Float64Array;
  low: number;
  high: number;
}

const HOURS = 24;

/**
 * Means by local day and hour. The hour that autumn repeats is the mean of both, the one that spring skips stays empty.
 * The series has steps of an hour or less; a coarser step is what all of its hours show.
 */
export function yearCells(data: Intervals, clock: ZoneClock): YearCells {
  const from = startOf(data, 0);
  const to = endOf(data);
  const dayStarts = data.values.length > 0 ? clock.days(from, to) : [];
  const sums = new Float64Array(dayStarts.length * HOURS);
  const weights = new Float64Array(dayStarts.length * HOURS);
  const firstWall = clock.wall(dayStarts[0] ?? from);
  for (let index = 0; index < data.values.length; index += 1) {
    const value = data.values[index];
    if (value === null || value === undefined) continue;
    const end = startOf(data, index + 1);
    for (let at = startOf(data, index); at < end; ) {
      const wall = clock.wall(at);
      const next = Math.min(at + HOUR_MS - (((wall % HOUR_MS) + HOUR_MS) % HOUR_MS), end);
      const cell = Math.floor((wall - firstWall) / HOUR_MS);
      sums[cell] = (sums[cell] ?? 0) + value * (next - at);
      weights[cell] = (weights[cell] ?? 0) + (next - at);
      at = next;
    }
  }
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const values = sums.map((sum, cell) => {
    const weight = weights[cell] as number;
    if (weight === 0) return Number.NaN;
    const mean = sum / weight;
    low = Math.min(low, mean);
    high = Math.max(high, mean);
    return mean;
  });
  return { dates: dayStarts.map((day) => clock.date(day)), dayStarts, values, low, high };
}
