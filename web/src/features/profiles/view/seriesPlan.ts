import type { TimeWindow } from "@/shared/charts/timeWindow";
import { DAY_MS, MINUTE_MS } from "@/shared/format/zoneClock";
import type { Profile, Resolution } from "../queries";

/** A year of minutes has 527 040 values, some 4 MB to fetch; more is fetched coarser and its details when one looks at them. */
const MOST_VALUES = 600_000;
/** Details are fetched for windows up to this many native steps. */
const MOST_DETAILS = 100_000;

export function countOf(profile: Pick<Profile, "start" | "end" | "step_minutes">): number {
  return (Date.parse(profile.end) - Date.parse(profile.start)) / (profile.step_minutes * MINUTE_MS);
}

/** What to fetch of the whole profile: each value if that is not too much, else the finest means that are not. */
export function wholeResolution(profile: Pick<Profile, "start" | "end" | "step_minutes">): Resolution {
  const count = countOf(profile);
  if (count <= MOST_VALUES) return "native";
  return count * (profile.step_minutes / 15) <= MOST_VALUES ? "15m" : "1h";
}

/** The days around a window whose own values are worth fetching; null where the whole has them or there are too many. */
export function detailDays(
  profile: Pick<Profile, "start" | "end" | "step_minutes">,
  window: TimeWindow,
): { from: string; to: string } | null {
  if (wholeResolution(profile) === "native") return null;
  const stepMs = profile.step_minutes * MINUTE_MS;
  if ((window.to - window.from) / stepMs > MOST_DETAILS) return null;
  // Whole UTC weeks around it, so that moving a little asks for nothing new.
  const week = 7 * DAY_MS;
  const from = Math.max(Math.floor(window.from / week - 0.5) * week, Date.parse(profile.start));
  const to = Math.min(Math.ceil(window.to / week + 0.5) * week, Date.parse(profile.end));
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
