/** Counts and sums of a transformer, for its tile. */
import type { Device, DeviceKind, Transformer } from "./types";

export interface Figures {
  houses: number;
  devices: Map<DeviceKind, number>;
  solar_kwp: number;
  storage_kwh: number;
}

const KNOWN = new WeakMap<Transformer, Figures>();

export function figuresOf(transformer: Transformer): Figures {
  const known = KNOWN.get(transformer);
  if (known) return known;
  const figures: Figures = { houses: transformer.houses.length, devices: new Map(), solar_kwp: 0, storage_kwh: 0 };
  for (const house of transformer.houses) for (const device of house.devices) count(figures, device);
  KNOWN.set(transformer, figures);
  return figures;
}

function count(figures: Figures, device: Device): void {
  figures.devices.set(device.kind, (figures.devices.get(device.kind) ?? 0) + 1);
  if (device.kind === "solar_panel") figures.solar_kwp += numberOf(device.capacity_kwp);
  if (device.kind === "battery") figures.storage_kwh += numberOf(device.capacity_kwh);
}

const numberOf = (value: unknown) => (typeof value === "number" ? value : 0);
