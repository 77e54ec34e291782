import { useCallback } from "react";
import { useFormats } from "@/shared/format/formats";
import type { Device } from "../document/types";

/** The figure that says how big a device is, with its unit. */
export function useSize(): (device: Device) => string {
  const { number } = useFormats();
  return useCallback(
    (device: Device) => {
      const sizes = [
        [device.capacity_kwp, "kWp"],
        [device.capacity_kwh, "kWh"],
        [device.capacity_kw, "kW"],
        [device.max_power_kw, "kW"],
      ] as const;
      const known = sizes.find(([value]) => typeof value === "number");
      return known ? `${number(known[0] as number)} ${known[1]}` : "";
    },
    [number],
  );
}
