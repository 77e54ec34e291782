import type { Palette } from "@/shared/charts/palette";
import { SUPPLY, type SupplyPart, USE, type UsePart } from "./balance";
import { energyKwh, type Scene } from "./scene";

/** Colours of the parts; the same kind of energy has the same one above and below zero. */
const SUPPLY_COLOURS: Record<SupplyPart, (palette: Palette) => string> = {
  ownUse: (palette) => palette.ownUse,
  shared: (palette) => palette.shared,
  between: (palette) => palette.categories[3] as string,
  storage: (palette) => palette.discharge,
  import: (palette) => palette.import,
  unserved: (palette) => palette.unserved,
};
const USE_COLOURS: Record<UsePart, (palette: Palette) => string> = {
  ownUse: (palette) => palette.ownUse,
  shared: (palette) => palette.shared,
  between: (palette) => palette.categories[3] as string,
  storage: (palette) => palette.storage,
  export: (palette) => palette.export,
  curtailed: (palette) => palette.curtailed,
};

export interface Part<Name extends string> {
  name: Name;
  colour: string;
  powers: Float64Array;
  kwh: number;
}

/** Those parts of which there is any, in the order in which they lie on each other. */
export function supplyParts(scene: Scene, palette: Palette): Part<SupplyPart>[] {
  return parts(SUPPLY, scene.balance.supply, SUPPLY_COLOURS, scene.stepHours, palette);
}

export function usageParts(scene: Scene, palette: Palette): Part<UsePart>[] {
  return parts(USE, scene.balance.use, USE_COLOURS, scene.stepHours, palette);
}

/** Less than this is a rounding error of the stored series. */
const LEAST_KWH = 1e-4;

function parts<Name extends string>(
  names: readonly Name[],
  powers: Record<Name, Float64Array>,
  colours: Record<Name, (palette: Palette) => string>,
  stepHours: number,
  palette: Palette,
): Part<Name>[] {
  return names
    .map((name) => ({
      name,
      colour: colours[name](palette),
      powers: powers[name],
      kwh: energyKwh(powers[name], stepHours),
    }))
    .filter((part) => part.kwh > LEAST_KWH);
}
