import type { Profile } from "./queries";

const POWER = new Set(["kW", "pu"]);

export function isPower(profile: Pick<Profile, "unit">): boolean {
  return POWER.has(profile.unit);
}

/** How a stored unit is written for people: `EUR/kWh` stays, `degC` becomes °C. */
export function unitWord(unit: string): string {
  if (unit === "degC") return "°C";
  if (unit === "W_per_m2") return "W/m²";
  return unit;
}

/** The unit of a profile's energy: a profile in pu has it for each kW of its nominal power. */
export function energyUnit(profile: Pick<Profile, "unit">): string {
  return profile.unit === "pu" ? "kWh/kW" : "kWh";
}

const YEAR_MS = 365.25 * 86_400_000;

/** Energy of a mean year in kWh; null for what is no power. */
export function yearlyKwh(profile: Pick<Profile, "statistics" | "start" | "end">): number | null {
  const energy = profile.statistics.energy_kwh;
  if (energy === null || energy === undefined) return null;
  const years = (Date.parse(profile.end) - Date.parse(profile.start)) / YEAR_MS;
  // A calendar year has 365 or 366 days: its energy is what it is.
  return Math.abs(years - 1) < 0.004 ? energy : energy / years;
}
