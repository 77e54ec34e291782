import { localDate, plusDays, startOfDay } from "@/shared/format/zones";

/** How a run's time is chosen. Dates are local days of the community; `to` is the last day, which is still simulated. */
export type Period =
  | { kind: "all" }
  | { kind: "year"; year: string }
  | { kind: "month"; month: string }
  | { kind: "week"; day: string }
  | { kind: "range"; from: string; to: string }
  /** Of a copied run whose time does not begin or end with a local day. */
  | { kind: "exact"; start: string; end: string };

export interface Span {
  start: string;
  end: string;
}

/** The time that all of some profiles cover; null where there are none or nothing is common. */
export function commonSpan(profiles: Span[]): Span | null {
  if (profiles.length === 0) return null;
  const start = Math.max(...profiles.map((profile) => Date.parse(profile.start)));
  const end = Math.min(...profiles.map((profile) => Date.parse(profile.end)));
  return start < end ? { start: utcText(start), end: utcText(end) } : null;
}

/** The first and last local day that lie wholly inside a span; null where none does. */
export function wholeDays(span: Span, timezone: string): { first: string; last: string } | null {
  const first = onDay(span.start, timezone)
    ? localDate(span.start, timezone)
    : plusDays(localDate(span.start, timezone), 1);
  const last = plusDays(localDate(span.end, timezone), -1);
  return first <= last ? { first, last } : null;
}

/** Calendar years (2016) and months (2016-01) that lie wholly inside a span. */
export function wholeYears(span: Span, timezone: string): string[] {
  const days = wholeDays(span, timezone);
  if (days === null) return [];
  return numbersFrom(Number(days.first.slice(0, 4)), Number(days.last.slice(0, 4)))
    .map(String)
    .filter((year) => days.first <= `${year}-01-01` && `${year}-12-31` <= days.last);
}

export function wholeMonths(span: Span, timezone: string): string[] {
  const days = wholeDays(span, timezone);
  if (days === null) return [];
  return numbersFrom(monthNumber(days.first), monthNumber(days.last))
    .map(monthName)
    .filter((month) => days.first <= `${month}-01` && lastOfMonth(month) <= days.last);
}

/** The Monday of a date's week. */
export function mondayOf(date: string): string {
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return plusDays(date, -weekday);
}

/** Start and end as instants; null while something is missing. */
export function spanOf(period: Period, common: Span | null, timezone: string, stepMinutes: number): Span | null {
  if (period.kind === "all") return common && onSteps(common, stepMinutes);
  if (period.kind === "exact") return { start: period.start, end: period.end };
  const days = daysOf(period);
  if (days === null) return null;
  return {
    start: utcText(startOfDay(days.first, timezone).getTime()),
    end: utcText(startOfDay(plusDays(days.last, 1), timezone).getTime()),
  };
}

/** The same period as somebody would have chosen it. */
export function periodOf(span: Span, common: Span | null, timezone: string): Period {
  if (common && Date.parse(common.start) === Date.parse(span.start) && Date.parse(common.end) === Date.parse(span.end))
    return { kind: "all" };
  if (!onDay(span.start, timezone) || !onDay(span.end, timezone)) return { kind: "exact", ...span };
  const from = localDate(span.start, timezone);
  const to = plusDays(localDate(span.end, timezone), -1);
  const [year, month] = [from.slice(0, 4), from.slice(0, 7)];
  if (from === `${year}-01-01` && to === `${year}-12-31`) return { kind: "year", year };
  if (from === `${month}-01` && to === lastOfMonth(month)) return { kind: "month", month };
  if (from === mondayOf(from) && to === plusDays(from, 6)) return { kind: "week", day: from };
  return { kind: "range", from, to };
}

/** A choice of a kind to begin with, near what was chosen before. */
export function firstOf(kind: Period["kind"], common: Span | null, timezone: string): Period {
  if (kind === "all" || kind === "exact" || common === null) return { kind: "all" };
  const days = wholeDays(common, timezone);
  if (days === null) return { kind: "all" };
  if (kind === "year") return { kind, year: wholeYears(common, timezone).at(-1) ?? "" };
  if (kind === "month") return { kind, month: wholeMonths(common, timezone)[0] ?? "" };
  if (kind === "week") {
    const monday = mondayOf(days.first);
    return { kind, day: monday < days.first ? plusDays(monday, 7) : monday };
  }
  return { kind, from: days.first, to: days.last };
}

export function isInside(span: Span, outer: Span): boolean {
  return Date.parse(outer.start) <= Date.parse(span.start) && Date.parse(span.end) <= Date.parse(outer.end);
}

function daysOf(period: Exclude<Period, { kind: "all" | "exact" }>): { first: string; last: string } | null {
  if (period.kind === "year")
    return period.year ? { first: `${period.year}-01-01`, last: `${period.year}-12-31` } : null;
  if (period.kind === "month")
    return period.month ? { first: `${period.month}-01`, last: lastOfMonth(period.month) } : null;
  if (period.kind === "week") {
    if (!period.day) return null;
    const monday = mondayOf(period.day);
    return { first: monday, last: plusDays(monday, 6) };
  }
  return period.from && period.to && period.from <= period.to ? { first: period.from, last: period.to } : null;
}

/** Runs begin and end on steps, counted from midnight UTC. */
function onSteps(span: Span, stepMinutes: number): Span | null {
  const step = stepMinutes * 60_000;
  const start = Math.ceil(Date.parse(span.start) / step) * step;
  const end = Math.floor(Date.parse(span.end) / step) * step;
  return start < end ? { start: utcText(start), end: utcText(end) } : null;
}

function onDay(instant: string, timezone: string): boolean {
  return startOfDay(localDate(instant, timezone), timezone).getTime() === Date.parse(instant);
}

function utcText(instant: number): string {
  return new Date(instant).toISOString().replace(".000Z", "Z");
}

function numbersFrom(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

const monthNumber = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
const monthName = (number: number) => `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
const lastOfMonth = (month: string) => plusDays(`${monthName(monthNumber(`${month}-01`) + 1)}-01`, -1);
