import type { Formats } from "@/shared/format/formats";
import { DAY_MS, type ZoneClock } from "@/shared/format/zoneClock";
import type { Drawn } from "./intervals";
import type { TimeSeries } from "./timeSeriesOption";

/** What is said of an instant: the interval that holds it, and each series' mean over it. As HTML; names are escaped. */
export function timeTooltip(
  at: number,
  series: TimeSeries[],
  pictures: Drawn[],
  clock: ZoneClock,
  formats: Formats,
): string {
  const rows: string[] = [];
  let title = "";
  for (const [number, one] of series.entries()) {
    const picture = pictures[number];
    if (picture === undefined) continue;
    const index = bucketAt(picture.edges, at);
    if (index < 0) continue;
    title ||= intervalWords(picture.edges[index] as number, picture.edges[index + 1] as number, clock, formats);
    rows.push(row(one, picture, index, formats));
  }
  if (rows.length === 0) return "";
  return `<div style="font-weight:600;margin-bottom:4px">${title}</div><table style="border-spacing:0">${rows.join("")}</table>`;
}

function row(series: TimeSeries, picture: Drawn, index: number, formats: Formats): string {
  const value = formats.quantity(picture.means[index], series.unit, 3);
  const low = picture.lows?.[index];
  const high = picture.highs?.[index];
  const between =
    low !== undefined && low !== null && high !== undefined && high !== null && series.stack === undefined
      ? `<td style="padding-left:10px;opacity:.75">${formats.number(low, 3)} – ${formats.number(high, 3)}</td>`
      : "";
  const mark = `<span style="display:inline-block;width:10px;height:10px;border-radius:3px;background:${series.color};margin-right:6px"></span>`;
  return `<tr><td style="padding-right:14px">${mark}${escaped(series.name)}</td><td style="text-align:right;font-variant-numeric:tabular-nums">${value}</td>${between}</tr>`;
}

/** "Tue, 7 Jun 2016, 14:00–14:15", or the day, or from day to day. */
export function intervalWords(from: number, to: number, clock: ZoneClock, formats: Formats): string {
  const { timezone } = clock;
  const wholeDays = clock.startOfDay(from) === from && clock.startOfDay(to) === to;
  if (!wholeDays) {
    const sameDay = clock.date(from) === clock.date(to - 1);
    const end = sameDay ? formats.time(to, timezone) : formats.moment(to, timezone);
    return `${formats.moment(from, timezone)} – ${end}`;
  }
  const last = formats.date(to - DAY_MS / 2, timezone);
  const first = formats.date(from, timezone);
  return first === last ? first : `${first} – ${last}`;
}

function bucketAt(edges: Float64Array, at: number): number {
  if (edges.length < 2 || at < (edges[0] as number) || at >= (edges[edges.length - 1] as number)) return -1;
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= at) low = middle;
    else high = middle;
  }
  return low;
}

function escaped(text: string): string {
  const signs: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (sign) => signs[sign] as string);
}
