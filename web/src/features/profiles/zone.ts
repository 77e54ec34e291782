import type { Grid, Profile } from "./queries";

/** The zone that a profile was made in: the builder's, or that of its file's stamps; else of a community that uses it. */
export function zoneOf(profile: Profile, usedIn: Grid[], all: Grid[]): string {
  const { period, mapping } = profile.config_details as { period?: unknown; mapping?: unknown };
  const told = [period, mapping].map((part) => (part as { timezone?: unknown } | undefined)?.timezone);
  const zones = [...told, ...usedIn.map((grid) => grid.timezone), ...all.map((grid) => grid.timezone)];
  return zones.find(isZone) ?? "UTC";
}

/** What people may choose: the profile's own first. */
export function zoneChoices(own: string, grids: Grid[]): string[] {
  const browsers = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([own, ...grids.map((grid) => grid.timezone), browsers, "UTC"])].filter(isZone);
}

/** An IANA name that the browser knows; fixed offsets are no zones to look at a year in. */
export function isZone(zone: unknown): zone is string {
  if (typeof zone !== "string" || !/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
