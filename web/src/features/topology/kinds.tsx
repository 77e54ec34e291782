/** The pictures and names of kinds. */
import {
  IconAirConditioning,
  IconBatteryCharging2,
  IconBolt,
  IconCar,
  IconEngine,
  IconFlame,
  IconHome,
  IconSnowflake,
  IconSolarPanel2,
  IconTopologyStar3,
  IconWindmill,
} from "@tabler/icons-react";
import { type ComponentType, useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceKind, NodeKind } from "./document/types";

type Icon = ComponentType<{ size?: number; stroke?: number; "aria-hidden"?: boolean }>;

const DEVICES: Record<DeviceKind, Icon> = {
  solar_panel: IconSolarPanel2,
  wind_turbine: IconWindmill,
  battery: IconBatteryCharging2,
  electric_vehicle: IconCar,
  heat_pump: IconAirConditioning,
  heater: IconFlame,
  air_conditioner: IconSnowflake,
  generator: IconEngine,
};
const NODES: Record<Exclude<NodeKind, "device">, Icon> = {
  grid: IconTopologyStar3,
  transformer: IconBolt,
  house: IconHome,
};

export function KindIcon({ kind, device, size = 18 }: { kind: NodeKind; device?: DeviceKind; size?: number }) {
  const Picture = kind === "device" ? DEVICES[device ?? "solar_panel"] : NODES[kind];
  return <Picture size={size} stroke={1.6} aria-hidden />;
}

export function useKindName(): (kind: DeviceKind) => string {
  const { t } = useTranslation("topology");
  return useCallback((kind: DeviceKind) => t(`device.${kind}`), [t]);
}
