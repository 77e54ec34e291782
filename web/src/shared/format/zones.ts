/** Local days of a time zone as instants, for reading series. */

/** UTC instant at which a local date (YYYY-MM-DD) begins in a time zone. */
export function startOfDay(date: string, timezone: string): Date {
  const guess = Date.parse(`${date}T00:00:00Z`);
  // Twice, because the offset at the guess may differ from the one at the answer (a change of daylight saving).
  const first = guess - offsetMs(guess, timezone);
  return new Date(guess - offsetMs(first, timezone));
}

/** The local date (YYYY-MM-DD) of an instant. */
export function localDate(instant: string | number | Date, timezone: string): string {
  return parts(new Date(instant), timezone).date;
}

/** The local hour (0–23) of an instant. */
export function localHour(instant: string | number | Date, timezone: string): number {
  return parts(new Date(instant), timezone).hour;
}

/** The date some days later (or earlier) on the calendar. */
export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** What local clocks are ahead of UTC at an instant. For many instants use a `ZoneClock`. */
export function offsetMs(instant: number, timezone: string): number {
  const { date, hour, minute, second } = parts(new Date(instant), timezone);
  const local = Date.parse(`${date}T00:00:00Z`) + ((hour * 60 + minute) * 60 + second) * 1000;
  return local - Math.floor(instant / 1000) * 1000;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function parts(instant: Date, timezone: string) {
  let format = FORMATS.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    FORMATS.set(timezone, format);
  }
  const found = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
  return {
    date: `${found.year}-${found.month}-${found.day}`,
    hour: Number(found.hour),
    minute: Number(found.minute),
    second: Number(found.second),
  };
}
