import { DAY_MS, HOUR_MS, MINUTE_MS, type ZoneClock } from "@/shared/format/zoneClock";

/**
 * Ticks of a time axis in a community's own zone. The chart library knows the browser's zone and UTC only, so its value
 * axis is given true instants, and these places and words for them.
 */
export interface TimeTick {
  at: number;
  kind: "time" | "day" | "month" | "year";
}

const TIMES_MS = [
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
];
const DAYS = [1, 2, 7];
const MONTHS = [1, 3, 12, 60];
const DAYS_A_MONTH = 30.4;

export function timeTicks(from: number, to: number, clock: ZoneClock, most: number): TimeTick[] {
  const span = to - from;
  const fits = (size: number) => span / size <= most;
  const time = TIMES_MS.find(fits);
  if (time !== undefined) return timesOf(from, to, clock, time);
  const days = DAYS.find((count) => fits(count * DAY_MS));
  if (days !== undefined) return daysOf(from, to, clock, days);
  const months = MONTHS.find((count) => fits(count * DAYS_A_MONTH * DAY_MS)) ?? 120;
  return monthsOf(from, to, clock, months);
}

function timesOf(from: number, to: number, clock: ZoneClock, size: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  for (const day of clock.days(from, to)) {
    const midnight = clock.wall(day);
    const next = clock.plusDays(day, 1);
    for (let wall = 0; wall < DAY_MS; wall += size) {
      const at = clock.instant(midnight + wall);
      if (at >= from && at <= to && at < next && at !== ticks.at(-1)?.at)
        ticks.push({ at, kind: wall === 0 ? "day" : "time" });
    }
    if (next === to) ticks.push({ at: to, kind: "day" });
  }
  return ticks;
}

function daysOf(from: number, to: number, clock: ZoneClock, count: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  for (let day = clock.startOfDay(from); day <= to; day = clock.plusDays(day, 1)) {
    const local = new Date(clock.wall(day));
    const wanted = count === 7 ? local.getUTCDay() === 1 : (local.getUTCDate() - 1) % count === 0;
    if (wanted && day >= from) ticks.push({ at: day, kind: "day" });
  }
  return ticks;
}

function monthsOf(from: number, to: number, clock: ZoneClock, count: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  for (let month = clock.plusMonths(from, 0); month <= to; month = clock.plusMonths(month, 1)) {
    const local = new Date(clock.wall(month));
    const number = local.getUTCFullYear() * 12 + local.getUTCMonth();
    if (month < from || number % count !== 0) continue;
    ticks.push({ at: month, kind: local.getUTCMonth() === 0 ? "year" : "month" });
  }
  return ticks;
}

/** Words of ticks: "14:00", "Mon 6 Jun", "Jun", "2016". */
export function tickWords(locale: string, timezone: string): Record<TimeTick["kind"], (at: number) => string> {
  const words = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: timezone });
    return (at: number) => format.format(at);
  };
  return {
    time: words({ hour: "2-digit", minute: "2-digit" }),
    day: words({ weekday: "short", day: "numeric", month: "short" }),
    month: words({ month: "short" }),
    year: words({ year: "numeric" }),
  };
}
