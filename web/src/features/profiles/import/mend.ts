import type { Rules } from "./draft";

/** What kind of trouble a finding is, by the service's own words; null for what has no rule that mends it. */
export type Trouble =
  | "gap"
  | "edge"
  | "duplicate"
  | "notNumber"
  | "notTime"
  | "offStep"
  | "skippedHour"
  | "repeatedHour"
  | "negative"
  | "unit"
  | "format";

const SIGNS: [RegExp, Trouble][] = [
  [/can't be filled by/, "edge"],
  [/\bmissing before this line|no value\b|max_gap_steps/, "gap"],
  [/is in line \d+ already|most stamps repeat/, "duplicate"],
  [/does not exist in .*clock jumps/, "skippedHour"],
  [/exists twice in/, "repeatedHour"],
  [/is no timestamp|starts before 1970/, "notTime"],
  [/say timestamp_format|can be day or month first/, "format"],
  [/is between the steps|does not divide the day|has no step/, "offStep"],
  [/is not a number|not a finite number|cells where the header has/, "notNumber"],
  [/is negative/, "negative"],
  [/\bunit\b|can't be in/, "unit"],
];

export function troubleOf(message: string): Trouble | null {
  return SIGNS.find(([sign]) => sign.test(message))?.[1] ?? null;
}

/** Rules that would let the file pass; people choose, nothing is mended without them. */
export interface Remedy {
  id: "interpolate" | "previous" | "trim" | "first" | "mean" | "skip" | "clip" | "standardTime" | "inOrder";
  rules: Partial<Rules>;
}

export function remediesFor(trouble: Trouble, standardOffset: string | null): Remedy[] {
  switch (trouble) {
    case "gap":
      return [
        { id: "interpolate", rules: { gaps: "interpolate", max_gap_steps: null } },
        { id: "previous", rules: { gaps: "previous", max_gap_steps: null } },
      ];
    case "edge":
      return [{ id: "trim", rules: { edges: "trim" } }];
    case "duplicate":
      return [
        { id: "first", rules: { duplicates: "first" } },
        { id: "mean", rules: { duplicates: "mean" } },
      ];
    case "notNumber":
    case "notTime":
      return [{ id: "skip", rules: { invalid: "skip" } }];
    case "negative":
      return [{ id: "clip", rules: { negative: "clip_to_zero" } }];
    case "skippedHour":
      return standardOffset ? [{ id: "standardTime", rules: { timezone: standardOffset } }] : [];
    case "repeatedHour":
      return [{ id: "inOrder", rules: { dst: "in_order" } }];
    default:
      return [];
  }
}

/** The zone's offset without daylight saving, as "+01:00": what loggers keep all year. */
export function standardOffset(timezone: string, year: number): string | null {
  try {
    const format = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" });
    const offsets = [0, 6].map((month) => {
      const part = format.formatToParts(Date.UTC(year, month, 15)).find(({ type }) => type === "timeZoneName");
      return part?.value.replace("GMT", "") || "+00:00";
    });
    return offsets.sort((one, other) => minutes(one) - minutes(other))[0] ?? null;
  } catch {
    return null;
  }
}

function minutes(offset: string): number {
  const [hours = 0, rest = 0] = offset.slice(1).split(":").map(Number);
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + rest);
}

/** "line 7" → 7, "row 7" → 7; null for what is about the whole file or the mapping. */
export function lineOf(field: string | undefined): number | null {
  const found = /^(?:line|row) (\d+)$/.exec(field ?? "");
  return found ? Number(found[1]) : null;
}
