import type { ZoneClock } from "@/shared/format/zoneClock";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/shared/format/zoneClock";

/**
 * Means over intervals, one after the other; instants in milliseconds. Of one length, or (days and months of a zone)
 * each with its own start.
 */
export type Intervals = Regular | Irregular;
interface Regular {
  start: number;
  stepMs: number;
  values: ArrayLike<number | null>;
}
interface Irregular {
  starts: ArrayLike<number>;
  /** End of the last. */
  end: number;
  values: ArrayLike<number | null>;
}

/** As the services answer series: with equal steps from `start`, or with timestamps. */
export function intervalsOf(
  answer: { start: string | null; step_minutes: number | null; timestamps: string[] | null; end?: string },
  values: ArrayLike<number | null>,
): Intervals {
  if (answer.step_minutes !== null && answer.start !== null)
    return { start: Date.parse(answer.start), stepMs: answer.step_minutes * MINUTE_MS, values };
  const starts = (answer.timestamps ?? []).map((text) => Date.parse(text));
  const last = starts.at(-1) ?? 0;
  // The last day's or month's own length is not said; that of the one before is close enough to draw it.
  const end = answer.end ? Date.parse(answer.end) : last + (last - (starts.at(-2) ?? last - DAY_MS));
  return { starts, end, values };
}

export function startOf(data: Intervals, index: number): number {
  return "stepMs" in data ? data.start + index * data.stepMs : (data.starts[index] ?? data.end);
}

export function endOf(data: Intervals): number {
  return "stepMs" in data ? data.start + data.values.length * data.stepMs : data.end;
}

/** Index of the interval that holds an instant; −1 outside of all. */
export function indexAt(data: Intervals, instant: number): number {
  if (instant < startOf(data, 0) || instant >= endOf(data)) return -1;
  if ("stepMs" in data) return Math.floor((instant - data.start) / data.stepMs);
  let low = 0;
  let high = data.starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((data.starts[middle] as number) <= instant) low = middle;
    else high = middle;
  }
  return low;
}

/** What is drawn of a series in a window: the intervals' edges (one more than values), their means and extremes. */
export interface Drawn {
  edges: Float64Array;
  means: (number | null)[];
  /** Null when every drawn interval is one of the series itself. */
  lows: (number | null)[] | null;
  highs: (number | null)[] | null;
}

const SIZES_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS];

/** The length of the intervals that a window is drawn in; null: as the series has them. */
export function drawnSize(data: Intervals, from: number, to: number, most: number): number | null {
  if (!("stepMs" in data) || (to - from) / data.stepMs <= most) return null;
  const fits = SIZES_MS.filter((size) => size > data.stepMs);
  return fits.find((size) => (to - from) / size <= most) ?? fits.at(-1) ?? null;
}

/** The series in [from, to) with one more interval on both sides, in intervals of `size` that begin on local midnights. */
export function drawn(data: Intervals, from: number, to: number, size: number | null, clock: ZoneClock): Drawn {
  if (size === null || !("stepMs" in data)) return asItIs(data, from, to);
  const first = Math.max(from - size, data.start);
  const edges = edgesOf(first, Math.min(to + size, endOf(data)), size, clock);
  return summarised(data, edges);
}

function asItIs(data: Intervals, from: number, to: number): Drawn {
  const count = data.values.length;
  const inside = (index: number) => (index < 0 ? (from < startOf(data, 0) ? 0 : count) : index);
  const first = Math.max(inside(indexAt(data, from)) - 1, 0);
  const found = indexAt(data, to - 1);
  const last = Math.min((found < 0 ? (to < startOf(data, 0) ? -1 : count - 1) : found) + 1, count - 1);
  const means: (number | null)[] = [];
  for (let index = first; index <= last; index += 1) means.push(data.values[index] ?? null);
  const edges = new Float64Array(means.length + 1);
  for (let index = 0; index <= means.length; index += 1)
    edges[index] = first + index < count ? startOf(data, first + index) : endOf(data);
  return { edges, means, lows: null, highs: null };
}

/** Edges `size` apart inside of each local day (or week), so that intervals begin on local midnights all year. */
function edgesOf(from: number, to: number, size: number, clock: ZoneClock): Float64Array {
  const edges: number[] = [];
  const days = Math.max(Math.round(size / DAY_MS), 1);
  let day = clock.startOfDay(from);
  if (days === 7) day = clock.plusDays(day, -((new Date(clock.wall(day)).getUTCDay() + 6) % 7));
  while (day < to) {
    const next = clock.plusDays(day, days);
    if (size >= DAY_MS) edges.push(day);
    else for (let at = day; at < next; at += size) edges.push(at);
    day = next;
  }
  edges.push(day);
  const first = edges.findIndex((_, index) => (edges[index + 1] ?? 0) > from);
  const last = edges.findLastIndex((edge) => edge < to);
  return Float64Array.from(edges.slice(Math.max(first, 0), last + 2));
}

function summarised(data: Regular, edges: Float64Array): Drawn {
  const means: (number | null)[] = [];
  const lows: (number | null)[] = [];
  const highs: (number | null)[] = [];
  const { values, start, stepMs } = data;
  for (let bucket = 0; bucket + 1 < edges.length; bucket += 1) {
    const first = Math.max(Math.ceil(((edges[bucket] as number) - start) / stepMs), 0);
    const last = Math.min(Math.ceil(((edges[bucket + 1] as number) - start) / stepMs), values.length);
    let sum = 0;
    let count = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let index = first; index < last; index += 1) {
      const value = values[index];
      if (value === null || value === undefined) continue;
      sum += value;
      count += 1;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    means.push(count > 0 ? sum / count : null);
    lows.push(count > 0 ? low : null);
    highs.push(count > 0 ? high : null);
  }
  return { edges, means, lows, highs };
}
