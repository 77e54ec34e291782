/** The category axis of a day's charts: one place for each step, whatever the clock does; words by the local clock. */
import { axisStyle } from "@/shared/charts/basics";
import type { Palette } from "@/shared/charts/palette";
import type { Formats } from "@/shared/format/formats";
import { DAY_MS, HOUR_MS, type ZoneClock } from "@/shared/format/zoneClock";

/** All charts of a page stand exactly below each other. */
export const PLOT = { left: 56, right: 16 } as const;

/** Where a label stands: each midnight, and between them every few full hours. */
export function labelledSteps(edges: number[], clock: ZoneClock): Map<number, "day" | "time"> {
  const steps = edges.slice(0, -1);
  const days = Math.max(Math.round(((edges.at(-1) ?? 0) - (edges[0] ?? 0)) / DAY_MS), 1);
  const hours = days === 1 ? 3 : days === 2 ? 6 : 12;
  const labels = new Map<number, "day" | "time">();
  let last = Number.NaN;
  for (const [index, instant] of steps.entries()) {
    const ofDay = (((clock.wall(instant) % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
    // The hour that autumn repeats is written once.
    if (ofDay % hours !== 0 || clock.wall(instant) === last) continue;
    last = clock.wall(instant);
    if (ofDay === 0) labels.set(index, days === 1 ? "time" : "day");
    else if (days <= 3) labels.set(index, "time");
  }
  return labels;
}

export function timeAxis(edges: number[], clock: ZoneClock, palette: Palette, formats: Formats) {
  const style = axisStyle(palette);
  const labels = labelledSteps(edges, clock);
  const day = new Intl.DateTimeFormat(formats.locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: clock.timezone,
  });
  return {
    ...style,
    type: "category",
    data: edges.slice(0, -1).map(String),
    axisTick: { ...style.axisTick, interval: (index: number) => labels.has(index), alignWithLabel: false },
    splitLine: { ...style.splitLine, show: true, interval: (index: number) => labels.get(index) === "day" },
    axisLabel: {
      ...style.axisLabel,
      interval: (index: number) => labels.has(index),
      hideOverlap: true,
      formatter: (text: string, index: number) =>
        labels.get(index) === "day" ? day.format(Number(text)) : formats.time(Number(text), clock.timezone),
    },
  };
}

/** "14:00 – 14:15", with its date where several days are seen, and where the clock changes with what it is ahead of UTC. */
export function stepWords(edges: number[], index: number, clock: ZoneClock, formats: Formats): string {
  const [from, to] = [edges[index] as number, edges[index + 1] as number];
  const [first, last] = [edges[0] as number, (edges.at(-1) as number) - 1];
  const date = clock.date(first) === clock.date(last) ? "" : day(from, clock, formats);
  const zone = clock.offset(first) === clock.offset(last) ? "" : ` (${offsetWords(clock.offset(from))})`;
  const time = (instant: number) => formats.time(instant, clock.timezone);
  return `${date}${time(from)} – ${time(to)}${zone}`;
}

function day(instant: number, clock: ZoneClock, formats: Formats): string {
  const words = new Intl.DateTimeFormat(formats.locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: clock.timezone,
  });
  return `${words.format(instant)}, `;
}

function offsetWords(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return `UTC${offsetMs < 0 ? "−" : "+"}${clock}`;
}
