import type { TFunction } from "i18next";

const KINDS = [
  "solar_panel",
  "wind_turbine",
  "generator",
  "battery",
  "electric_vehicle",
  "heat_pump",
  "heater",
  "air_conditioner",
] as const;

/** "15 batteries"; a kind that has no word yet is shown as it is called. */
export function deviceWords(t: TFunction<["start", "common"]>, kind: string, count: number): string {
  const known = KINDS.find((name) => name === kind);
  return known ? t(`device.${known}`, { count }) : `${count} ${kind}`;
}
