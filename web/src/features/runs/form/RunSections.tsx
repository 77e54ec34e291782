import { Stack } from "@mantine/core";
import type { Grid } from "../queries";
import { AdvancedSection } from "./sections/AdvancedSection";
import { FeesSection } from "./sections/FeesSection";
import { PriceSection } from "./sections/PriceSection";
import { SharingSection } from "./sections/SharingSection";
import { StorageSection } from "./sections/StorageSection";
import { TariffSection } from "./sections/TariffSection";
import { WhatSection } from "./sections/WhatSection";

interface Props {
  grids: Grid[];
  onGrid: (gridId: number) => void;
  named: boolean;
}

/** All entries of a run, from what most people choose to what few need. */
export function RunSections({ grids, onGrid, named }: Props) {
  return (
    <Stack gap="md">
      <WhatSection grids={grids} onGrid={onGrid} named={named} />
      <SharingSection />
      <PriceSection />
      <StorageSection />
      <TariffSection />
      <FeesSection />
      <AdvancedSection />
    </Stack>
  );
}
