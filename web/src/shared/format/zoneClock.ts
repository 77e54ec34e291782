import { offsetMs } from "./zones";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Changes of daylight saving are never closer to each other than this. */
const SCAN_MS = 7 * DAY_MS;
const MARGIN_MS = 40 * DAY_MS;

/**
 * The local clock of a zone over a period, for arrays of instants: its changes are looked up once, then all is
 * arithmetic. "Wall" is what the clock shows, as the milliseconds that UTC would have when it showed the same.
 */
export class ZoneClock {
  readonly timezone: string;
  /** `offsets[i]` holds from `changes[i]` on. */
  private readonly changes: number[] = [Number.NEGATIVE_INFINITY];
  private readonly offsets: number[];

  constructor(timezone: string, from: number, to: number) {
    this.timezone = timezone;
    let before = from - MARGIN_MS;
    this.offsets = [offsetMs(before, timezone)];
    for (let at = before + SCAN_MS; before < to + MARGIN_MS; at += SCAN_MS) {
      const offset = offsetMs(at, timezone);
      if (offset !== this.offsets.at(-1)) {
        this.changes.push(this.changeBetween(before, at, offset));
        this.offsets.push(offset);
      }
      before = at;
    }
  }

  offset(instant: number): number {
    let index = this.changes.length - 1;
    while (index > 0 && instant < (this.changes[index] as number)) index -= 1;
    return this.offsets[index] as number;
  }

  wall(instant: number): number {
    return instant + this.offset(instant);
  }

  /** The first instant at which the clock shows this; for what it skips, the moment of the change. */
  instant(wall: number): number {
    for (let index = 0; index < this.changes.length; index += 1) {
      const at = wall - (this.offsets[index] as number);
      const next = this.changes[index + 1] ?? Number.POSITIVE_INFINITY;
      if (at < next) return Math.max(at, this.changes[index] as number);
    }
    return wall - (this.offsets.at(-1) as number);
  }

  startOfDay(instant: number): number {
    return this.instant(floorTo(this.wall(instant), DAY_MS));
  }

  /** The start of the local day some days later (or earlier). */
  plusDays(dayStart: number, days: number): number {
    return this.instant(floorTo(this.wall(dayStart), DAY_MS) + days * DAY_MS);
  }

  /** The start of the local month some months later (or earlier); 0 gives the month of the instant. */
  plusMonths(instant: number, months: number): number {
    const local = new Date(this.wall(instant));
    return this.instant(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months, 1));
  }

  /** Starts of all local days that touch [from, to). */
  days(from: number, to: number): number[] {
    const starts: number[] = [];
    for (let day = this.startOfDay(from); day < to; day = this.plusDays(day, 1)) starts.push(day);
    return starts;
  }

  /** The local date, YYYY-MM-DD. */
  date(instant: number): string {
    return new Date(this.wall(instant)).toISOString().slice(0, 10);
  }

  private changeBetween(before: number, after: number, offset: number): number {
    let low = before;
    let high = after;
    while (high - low > MINUTE_MS) {
      const middle = floorTo((low + high) / 2, MINUTE_MS);
      if (middle <= low) break;
      if (offsetMs(middle, this.timezone) === offset) high = middle;
      else low = middle;
    }
    return floorTo(high, MINUTE_MS);
  }
}

export function floorTo(value: number, size: number): number {
  return Math.floor(value / size) * size;
}
