/**
 * Where the community's energy came from and where it went, from the sums of a period: the links of the Sankey and the
 * stacks of the months. Both show energy by its origin: what a battery gives is "storage", whoever's battery it was, and
 * "shared" is what neighbours used in the step in which it was generated. Seen so, the sums say all of it exactly as
 * long as batteries take from roofs and neighbours only and never feed out (docs/model.md, steps 1 to 5, 9).
 *
 * Where storage also charges from the supplier or feeds out, sums cannot tell which kWh was which: what remains open is
 * then divided in proportion, and `isDivided` says so.
 */
import type { Indicators } from "../queries";

export type EnergyNode =
  | "generation"
  | "import"
  | "before"
  | "unserved"
  | "ownUse"
  | "shared"
  | "storage"
  | "load"
  | "driving"
  | "export"
  | "curtailed"
  | "loss"
  | "kept";

export interface EnergyLink {
  from: EnergyNode;
  to: EnergyNode;
  kwh: number;
}

export interface EnergyFlows {
  links: EnergyLink[];
  /** What served the load; adds up to it. */
  supply: { ownUse: number; shared: number; storage: number; import: number; unserved: number };
  /** What became of the generation; adds up to it. */
  use: { ownUse: number; shared: number; storage: number; export: number; curtailed: number };
  loadKwh: number;
  generationKwh: number;
  /** All that neighbours bought from each other, and the part of it that went into or came out of a battery. */
  tradedKwh: number;
  tradedByStorageKwh: number;
  /** Some links are divided in proportion. */
  isDivided: boolean;
  /** The largest difference between what goes in and out anywhere, beside the energy of the whole picture. */
  residualKwh: number;
  totalKwh: number;
}

/** How the batteries of a run may behave; decides what the sums can tell. */
export type StorageStrategy = "none" | "self_consumption" | "community" | "time_of_use" | "peak_shaving" | "scheduled";

const NAMES = {
  load: "load_kwh",
  generation: "generation_kwh",
  own: "own_use_kwh",
  charge: "charge_kwh",
  discharge: "discharge_kwh",
  loss: "storage_loss_kwh",
  driven: "driven_kwh",
  imported: "imported_kwh",
  exported: "exported_kwh",
  curtailed: "curtailed_kwh",
  unserved: "unserved_kwh",
  boughtLocal: "bought_local_kwh",
  boughtGrid: "bought_grid_kwh",
} as const;
type Sums = Record<keyof typeof NAMES, number>;

export function sumsOf(indicators: Indicators): Sums {
  const read = (name: string) => (typeof indicators[name] === "number" ? indicators[name] : 0);
  return Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, read(name)])) as Sums;
}

/** The energy that the sums leave open, attributed: all in kWh. */
interface Split {
  shared: number;
  generationToStorage: number;
  importToStorage: number;
  generationToExport: number;
  storageToExport: number;
  isDivided: boolean;
}

/** Batteries serve neighbours too, from roofs and neighbours only: everything follows from the grid's balance. */
function splitCommunity(s: Sums): Split {
  const shared = s.load - s.own - s.unserved - s.imported - s.discharge;
  // Cars charge from the supplier too. The least of it that the sums allow, as for the rates (docs/indicators.md).
  const importToStorage = Math.max(-shared, 0);
  return {
    shared: Math.max(shared, 0),
    generationToStorage: s.charge - importToStorage,
    importToStorage,
    generationToExport: s.exported,
    storageToExport: 0,
    isDivided: s.driven > 0 || importToStorage > tolerance(s),
  };
}

/** Batteries serve their own house; what they charged beyond its generation came from neighbours and supplier. */
function splitOwnHouse(s: Sums, feedsOut: boolean): Split {
  const traded = s.boughtLocal + s.boughtGrid;
  const left = s.generation - s.own - s.curtailed - traded - s.exported;
  const fedOut = feedsOut ? Math.min(Math.max(-left, 0), s.discharge) : 0;
  const fromOwnRoof = Math.min(Math.max(left + fedOut, 0), s.charge);
  const fromOthers = s.charge - fromOwnRoof;
  const localShare = ratio(traded, traded + s.imported);
  const fromNeighbours = fromOthers * localShare;
  const storageToExport = fedOut * ratio(s.exported, s.exported + traded);
  const soldFromStorage = fedOut - storageToExport;
  return {
    shared: Math.max(traded - soldFromStorage - fromNeighbours, 0),
    generationToStorage: fromOwnRoof + fromNeighbours,
    importToStorage: fromOthers - fromNeighbours,
    generationToExport: s.exported - storageToExport,
    storageToExport,
    isDivided: feedsOut ? s.discharge > 0 : Math.min(fromOthers, traded) > tolerance(s),
  };
}

export function energyFlows(indicators: Indicators, strategy: StorageStrategy): EnergyFlows {
  const s = sumsOf(indicators);
  const split = strategy === "community" ? splitCommunity(s) : splitOwnHouse(s, strategy === "scheduled");
  const storageToLoad = s.discharge - split.storageToExport;
  const stored = s.charge - s.discharge - s.loss - s.driven;
  const importToLoad = s.imported - split.importToStorage;
  const all: EnergyLink[] = [
    { from: "generation", to: "ownUse", kwh: s.own },
    { from: "ownUse", to: "load", kwh: s.own },
    { from: "generation", to: "shared", kwh: split.shared },
    { from: "shared", to: "load", kwh: split.shared },
    { from: "generation", to: "storage", kwh: split.generationToStorage },
    { from: "import", to: "storage", kwh: split.importToStorage },
    { from: "before", to: "storage", kwh: Math.max(-stored, 0) },
    { from: "storage", to: "load", kwh: storageToLoad },
    { from: "storage", to: "driving", kwh: s.driven },
    { from: "storage", to: "export", kwh: split.storageToExport },
    { from: "storage", to: "loss", kwh: s.loss },
    { from: "storage", to: "kept", kwh: Math.max(stored, 0) },
    { from: "import", to: "load", kwh: importToLoad },
    { from: "unserved", to: "load", kwh: s.unserved },
    { from: "generation", to: "export", kwh: split.generationToExport },
    { from: "generation", to: "curtailed", kwh: s.curtailed },
  ];
  const traded = s.boughtLocal + s.boughtGrid;
  return {
    links: all.filter((link) => link.kwh > tolerance(s)),
    supply: {
      ownUse: s.own,
      shared: split.shared,
      storage: storageToLoad,
      import: importToLoad,
      unserved: s.unserved,
    },
    use: {
      ownUse: s.own,
      shared: split.shared,
      storage: split.generationToStorage,
      export: split.generationToExport,
      curtailed: s.curtailed,
    },
    loadKwh: s.load,
    generationKwh: s.generation,
    tradedKwh: traded,
    tradedByStorageKwh: Math.max(traded - split.shared, 0),
    isDivided: split.isDivided,
    residualKwh: residual(all, s),
    totalKwh: s.generation + s.imported + s.unserved + Math.max(-stored, 0),
  };
}

/** Below this a link is rounding (float32 series), not energy. */
function tolerance(s: Sums): number {
  return 1e-6 * (s.load + s.generation + s.imported) + 1e-9;
}

function residual(links: EnergyLink[], s: Sums): number {
  const into = (node: EnergyNode) => total(links.filter((link) => link.to === node));
  const outOf = (node: EnergyNode) => total(links.filter((link) => link.from === node));
  const differences = [
    outOf("generation") - s.generation,
    into("load") - s.load,
    outOf("import") - s.imported,
    into("export") - s.exported,
    into("storage") - outOf("storage"),
  ];
  return Math.max(...differences.map(Math.abs));
}

function total(links: EnergyLink[]): number {
  return links.reduce((sum, link) => sum + link.kwh, 0);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
