/** What served a house's consumption in a month and what became of its generation, from the month's sums. */
export interface HouseSums {
  loadKwh: number;
  drivenKwh: number;
  generationKwh: number;
  ownUseKwh: number;
  boughtKwh: number;
  soldKwh: number;
  importKwh: number;
  exportKwh: number;
  curtailedKwh: number;
  unservedKwh: number;
}

export const SERVED = ["ownUse", "storage", "neighbours", "import", "unserved"] as const;
export const USED = ["ownUse", "storage", "neighbours", "export", "curtailed"] as const;
export type Served = Record<(typeof SERVED)[number], number>;
export type Used = Record<(typeof USED)[number], number>;

/**
 * Adds up to the consumption (load and driving). What came from outside counts as consumed, also where it lay in the
 * house's battery or car for a while; so the rest is what the house's own storage had from its own roof.
 */
export function servedBy(sums: HouseSums): Served {
  const consumption = new Rest(sums.loadKwh + sums.drivenKwh);
  return {
    ownUse: consumption.take(sums.ownUseKwh),
    unserved: consumption.take(sums.unservedKwh),
    import: consumption.take(sums.importKwh),
    neighbours: consumption.take(sums.boughtKwh),
    storage: consumption.left,
  };
}

/** Adds up to the generation. What neither was used at once nor left the house went into its storage. */
export function usedFor(sums: HouseSums): Used {
  const generation = new Rest(sums.generationKwh);
  return {
    ownUse: generation.take(sums.ownUseKwh),
    curtailed: generation.take(sums.curtailedKwh),
    export: generation.take(sums.exportKwh),
    neighbours: generation.take(sums.soldKwh),
    storage: generation.left,
  };
}

class Rest {
  left: number;

  constructor(amount: number) {
    this.left = amount;
  }

  take(wanted: number): number {
    const taken = Math.min(Math.max(wanted, 0), this.left);
    this.left -= taken;
    return taken;
  }
}

/** The day sums that the months need, as the API names them. */
export const SUMS: Record<keyof HouseSums, string[]> = {
  loadKwh: ["load_kwh"],
  drivenKwh: ["driven_kwh"],
  generationKwh: ["generation_kwh"],
  ownUseKwh: ["own_use_kwh"],
  boughtKwh: ["bought_local_kwh", "bought_grid_kwh"],
  soldKwh: ["sold_local_kwh", "sold_grid_kwh"],
  importKwh: ["imported_kwh"],
  exportKwh: ["exported_kwh"],
  curtailedKwh: ["curtailed_kwh"],
  unservedKwh: ["unserved_kwh"],
};

export function sumsAt(values: Record<string, (number | null)[]>, index: number): HouseSums {
  const entries = Object.entries(SUMS).map(([key, names]) => [
    key,
    names.reduce((sum, name) => sum + (values[name]?.[index] ?? 0), 0),
  ]);
  return Object.fromEntries(entries) as HouseSums;
}
