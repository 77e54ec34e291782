/** Which days are seen: pure arithmetic with local dates. */
import { plusDays } from "@/shared/format/zones";

/** First and last local date of a run, both inclusive. */
export interface RunDates {
  first: string;
  last: string;
}

export interface DaySpan {
  date: string;
  days: number;
  /** The date after the last day. */
  end: string;
}

export const MOST_DAYS = 7;

/** What an address asks for, cut to the run; without a date a day in the run's middle. */
export function spanOf(wanted: { date?: string; days?: number }, run: RunDates): DaySpan {
  const all = daysBetween(run.first, run.last) + 1;
  const days = Math.min(Math.max(wanted.days ?? 1, 1), MOST_DAYS, all);
  const date = isDate(wanted.date) ? wanted.date : plusDays(run.first, Math.floor(all / 2));
  return startingAt(date, days, run);
}

/** The span moved by its own length, as far as the run goes. */
export function movedSpan(span: DaySpan, by: 1 | -1, run: RunDates): DaySpan {
  return startingAt(plusDays(span.date, by * span.days), span.days, run);
}

export function startingAt(date: string, days: number, run: RunDates): DaySpan {
  const latest = plusDays(run.last, 1 - days);
  const cut = date < run.first ? run.first : date > latest ? latest : date;
  return { date: cut, days, end: plusDays(cut, days) };
}

export function isDate(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
