/** A week that stands for its month: the one whose load and generation are closest to the month's mean. */
import { plusDays } from "@/shared/format/zones";

export interface Day {
  date: string;
  loadKw: number;
  generationKw: number;
}

const WEEK = 7;
const isMonday = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay() === 1;

/** First day of the most usual Monday-to-Sunday week inside a month; null where the month holds no whole week. */
export function typicalWeek(days: Day[], month: string): string | null {
  const inMonth = days.filter((day) => day.date.startsWith(month));
  const mean = (list: Day[], read: (day: Day) => number) =>
    list.reduce((sum, day) => sum + read(day), 0) / Math.max(list.length, 1);
  const off = (week: Day[], read: (day: Day) => number) => {
    const usual = mean(inMonth, read);
    return usual > 0 ? Math.abs(mean(week, read) - usual) / usual : 0;
  };
  let best: { date: string; distance: number } | null = null;
  for (let index = 0; index + WEEK <= inMonth.length; index++) {
    const week = inMonth.slice(index, index + WEEK);
    const first = week[0] as Day;
    if (!isMonday(first.date) || week.at(-1)?.date !== plusDays(first.date, WEEK - 1)) continue;
    const distance = off(week, (day) => day.loadKw) + off(week, (day) => day.generationKw);
    if (best === null || distance < best.distance) best = { date: first.date, distance };
  }
  return best?.date ?? null;
}

export interface Week {
  month: string;
  from: string;
  /** Not included. */
  to: string;
}

/** A summer and a winter week: of June and January where the run has them, else of its first and last month. */
export function typicalWeeks(days: Day[]): Week[] {
  const months = [...new Set(days.map((day) => day.date.slice(0, 7)))];
  const find = (number: string) => months.find((month) => month.endsWith(number));
  const wanted = [find("-06") ?? months[0], find("-01") ?? months.at(-1)];
  const weeks: Week[] = [];
  for (const month of new Set(wanted)) {
    const from = month === undefined ? null : typicalWeek(days, month);
    if (month !== undefined && from !== null) weeks.push({ month, from, to: plusDays(from, WEEK) });
  }
  const [first, last] = [days[0], days.at(-1)];
  if (weeks.length === 0 && first && last)
    return [{ month: first.date.slice(0, 7), from: first.date, to: plusDays(last.date, 1) }];
  return weeks;
}

export interface GridSteps {
  load: number[];
  generation: number[];
  storage: number[];
  grid: number[];
  unserved: number[];
}

/** What served the community's load in each step, as seen at its connection: adds up to the load (docs/model.md). */
export function supplyOf({ load, storage, grid, unserved }: GridSteps) {
  const discharge = storage.map((kw) => Math.max(-kw, 0));
  const imported = grid.map((kw) => Math.max(kw, 0));
  const parts = load.map((kw, index) => {
    const missing = unserved[index] ?? 0;
    // What is imported or discharged beyond the load goes into other batteries.
    const fromStorage = Math.min(discharge[index] ?? 0, Math.max(kw - missing, 0));
    const fromGrid = Math.min(imported[index] ?? 0, Math.max(kw - missing - fromStorage, 0));
    return { local: kw - missing - fromStorage - fromGrid, storage: fromStorage, import: fromGrid, unserved: missing };
  });
  return {
    local: parts.map((part) => part.local),
    storage: parts.map((part) => part.storage),
    import: parts.map((part) => part.import),
    unserved: parts.map((part) => part.unserved),
  };
}
