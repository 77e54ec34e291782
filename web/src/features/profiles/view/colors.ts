import type { Palette } from "@/shared/charts/palette";
import type { ProfileType } from "../queries";

/** Each type in the colour that its energy has in all charts. */
export function colorOf(type: ProfileType, palette: Palette): string {
  const colors: Record<ProfileType, string> = {
    load: palette.load,
    solar: palette.generation,
    wind: palette.export,
    heat: palette.curtailed,
    ev: palette.storage,
    schedule: palette.discharge,
    price: palette.price,
    carbon: palette.import,
    weather: palette.shared,
  };
  return colors[type];
}
