import { DAY_MS, MINUTE_MS, type ZoneClock } from "@/shared/format/zoneClock";
import { startOfDay } from "@/shared/format/zones";

/** The part of the time axis that is seen: [from, to) as instants in milliseconds. */
export interface TimeWindow {
  from: number;
  to: number;
}

export const SPANS = ["year", "month", "week", "day"] as const;
export type Span = (typeof SPANS)[number];

export function sameWindow(one: TimeWindow, other: TimeWindow): boolean {
  return one.from === other.from && one.to === other.to;
}

/** The window moved, and cut if need be, into what there is. */
export function inside(window: TimeWindow, extent: TimeWindow): TimeWindow {
  const length = Math.min(window.to - window.from, extent.to - extent.from);
  const from = Math.min(Math.max(window.from, extent.from), extent.to - length);
  return { from, to: from + length };
}

/** The local calendar year, month, week (from Monday) or day that holds an instant, cut to what there is. */
export function spanAt(span: Span, at: number, clock: ZoneClock, extent: TimeWindow): TimeWindow {
  const { from, to } = calendar(span, at, clock);
  return { from: Math.max(from, extent.from), to: Math.min(to, extent.to) };
}

/** Which calendar span a window is; null for any other. */
export function spanOf(window: TimeWindow, clock: ZoneClock, extent: TimeWindow): Span | null {
  const middle = (window.from + window.to) / 2;
  return SPANS.find((span) => sameWindow(spanAt(span, middle, clock, extent), window)) ?? null;
}

/** The next (1) or previous (−1) calendar span, or the window moved by its own length. */
export function moved(window: TimeWindow, by: 1 | -1, clock: ZoneClock, extent: TimeWindow): TimeWindow {
  const span = spanOf(window, clock, extent);
  if (span === null) return shifted(window, by * (window.to - window.from), extent);
  const beside = by === 1 ? window.to : window.from - 1;
  return beside < extent.from || beside >= extent.to ? window : spanAt(span, beside, clock, extent);
}

export function shifted(window: TimeWindow, byMs: number, extent: TimeWindow): TimeWindow {
  return inside({ from: window.from + byMs, to: window.to + byMs }, extent);
}

/** Closer (factor < 1) or further around the middle, on whole minutes. */
export function zoomed(window: TimeWindow, factor: number, extent: TimeWindow, leastMs: number): TimeWindow {
  const middle = (window.from + window.to) / 2;
  const length = Math.max((window.to - window.from) * factor, leastMs);
  const from = Math.round((middle - length / 2) / MINUTE_MS) * MINUTE_MS;
  return inside({ from, to: from + Math.round(length / MINUTE_MS) * MINUTE_MS }, extent);
}

function calendar(span: Span, at: number, clock: ZoneClock): TimeWindow {
  const day = clock.startOfDay(at);
  if (span === "day") return { from: day, to: clock.plusDays(day, 1) };
  if (span === "week") {
    const monday = clock.plusDays(day, -((new Date(clock.wall(day)).getUTCDay() + 6) % 7));
    return { from: monday, to: clock.plusDays(monday, 7) };
  }
  if (span === "month") return { from: clock.plusMonths(at, 0), to: clock.plusMonths(at, 1) };
  const january = clock.plusMonths(at, -new Date(clock.wall(at)).getUTCMonth());
  return { from: january, to: clock.plusMonths(january, 12) };
}

/** For addresses: a local date where it is a midnight, else the instant to the minute. */
export function momentText(instant: number, clock: ZoneClock): string {
  return clock.startOfDay(instant) === instant
    ? clock.date(instant)
    : `${new Date(instant).toISOString().slice(0, 16)}Z`;
}

/** Reads it back; undefined for what is no moment. */
export function momentOf(text: string | undefined, timezone: string): number | undefined {
  if (text === undefined) return undefined;
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  const instant = date ? startOfDay(text, timezone).getTime() : Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** The window that an address names, as far as there is something to see in it; else all. */
export function windowOf(
  from: string | undefined,
  to: string | undefined,
  timezone: string,
  extent: TimeWindow,
): TimeWindow {
  const first = Math.max(momentOf(from, timezone) ?? extent.from, extent.from);
  const last = Math.min(momentOf(to, timezone) ?? extent.to, extent.to);
  return last - first >= MINUTE_MS ? { from: first, to: last } : extent;
}

/** Zooming stops here: some steps, at the most a day. */
export function leastWindow(stepMs: number): number {
  return Math.min(8 * stepMs, DAY_MS);
}
