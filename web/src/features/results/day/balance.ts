/**
 * What served the load and what became of the generation, step by step, from the stored measures of a node and their
 * signs (docs/model.md, "What is stored"). In every step the parts of `supply` add up to the load and those of `use` to
 * the generation.
 *
 * A house knows its own use: min(load, generation). What it buys counts as bought, whoever's battery it came from.
 *
 * A transformer and the grid know net flows of their houses only. There the parts tell energy by its origin, as the
 * Sankey does: what batteries give is storage, and what is used in the step in which it is generated is own use of some
 * house or was shared. The sum of own use is known for every local day; inside of the day it is placed between what
 * trades and batteries allow (see `ownUseWithin`).
 */

/** Mean powers in kW, one value for each step; signs as stored. */
export interface Measures {
  load: ArrayLike<number>;
  generation: ArrayLike<number>;
  /** + charges */
  storage: ArrayLike<number>;
  /** Of houses: + bought. Else: what was traded inside. */
  sharedLocal: ArrayLike<number>;
  /** + from other transformers */
  sharedGrid: ArrayLike<number>;
  /** + import */
  grid: ArrayLike<number>;
  curtailed: ArrayLike<number>;
  unserved: ArrayLike<number>;
}

export const SUPPLY = ["ownUse", "shared", "between", "storage", "import", "unserved"] as const;
export const USE = ["ownUse", "shared", "between", "storage", "export", "curtailed"] as const;
export type SupplyPart = (typeof SUPPLY)[number];
export type UsePart = (typeof USE)[number];

export interface Balance {
  supply: Record<SupplyPart, Float64Array>;
  use: Record<UsePart, Float64Array>;
}

/** The steps [first, last) of a local day, and the energy that houses used of their own generation in it. */
export interface KnownDay {
  first: number;
  last: number;
  ownUseKwh: number;
}

export function balanceOfHouse(measures: Measures): Balance {
  const balance = empty(measures.load.length);
  for (let step = 0; step < measures.load.length; step += 1) {
    const now = at(measures, step);
    const own = Math.min(now.load, now.generation);
    const bought = above(now.sharedLocal) + above(now.sharedGrid);
    const sold = above(-now.sharedLocal) + above(-now.sharedGrid);
    const load = new Remainder(now.load);
    set(balance.supply, step, {
      ownUse: load.take(own),
      unserved: load.take(now.unserved),
      storage: load.take(-now.storage),
      shared: load.take(bought),
      between: 0,
      import: load.take(now.grid),
    });
    const generation = new Remainder(now.generation);
    set(balance.use, step, {
      ownUse: generation.take(own),
      curtailed: generation.take(now.curtailed),
      storage: generation.take(now.storage),
      shared: generation.take(sold),
      between: 0,
      export: generation.take(-now.grid),
    });
  }
  return balance;
}

export function balanceOfGroup(
  measures: Measures,
  days: KnownDay[],
  stepHours: number,
  batteriesTrade: boolean,
): Balance {
  const count = measures.load.length;
  const balance = empty(count);
  const stations = Array.from({ length: 5 }, () => new Float64Array(count));
  for (let step = 0; step < count; step += 1) {
    const now = at(measures, step);
    const load = new Remainder(now.load);
    const unserved = load.take(now.unserved);
    const imported = load.take(now.grid);
    const between = load.take(now.sharedGrid);
    const storage = load.take(-now.storage);
    set(balance.supply, step, { ownUse: 0, shared: 0, between, storage, import: imported, unserved });
    const direct = load.left;
    const traded = Math.min(now.sharedLocal, direct);
    const throughBatteries = batteriesTrade ? Math.min(Math.abs(now.storage), traded) : 0;
    const chargedByImport = Math.min(above(now.storage), imported);
    const own = [0, direct - traded, direct - traded + throughBatteries, direct, direct + chargedByImport];
    for (const [place, station] of stations.entries()) station[step] = own[place] as number;
  }
  for (const day of days) {
    const ownUse = ownUseWithin(day, stations, stepHours);
    for (let step = day.first; step < day.last; step += 1)
      placeOwnUse(balance, measures, step, ownUse(step), stations[3]?.[step] as number);
  }
  return balance;
}

/** Puts a step's own use in, what else was used directly as shared, and then says what became of the generation. */
function placeOwnUse(balance: Balance, measures: Measures, step: number, own: number, direct: number): void {
  const chargedByImport = above(own - direct);
  balance.supply.ownUse[step] = own;
  balance.supply.shared[step] = above(direct - own);
  balance.supply.import[step] = (balance.supply.import[step] as number) - chargedByImport;
  const now = at(measures, step);
  const generation = new Remainder(now.generation);
  set(balance.use, step, {
    ownUse: generation.take(own),
    curtailed: generation.take(now.curtailed),
    export: generation.take(-now.grid),
    between: generation.take(-now.sharedGrid),
    storage: generation.take(now.storage - chargedByImport),
    shared: generation.left,
  });
}

/**
 * Own use of each step of a day, so that it adds up to the day's. It lies on a way of five stations: none; what is left
 * when all trades were direct; when batteries had their part in trades; everything that was used directly when all
 * import went to the load; and when import went to batteries and cars as far as it can. Where batteries don't trade,
 * nothing meets without a contract and nothing charges from the supplier, this is exact in every step.
 */
function ownUseWithin(day: KnownDay, stations: Float64Array[], stepHours: number): (step: number) => number {
  const energyOf = (station: Float64Array) =>
    station.subarray(day.first, day.last).reduce((sum, power) => sum + power * stepHours, 0);
  const energies = stations.map(energyOf);
  const next = energies.findIndex((energy) => energy >= day.ownUseKwh);
  const last = next < 0 ? stations.length - 1 : Math.max(next, 1);
  const [from, to] = [stations[last - 1] as Float64Array, stations[last] as Float64Array];
  const [low, high] = [energies[last - 1] as number, energies[last] as number];
  const part = high > low ? Math.min((day.ownUseKwh - low) / (high - low), 1) : 1;
  return (step) => (from[step] as number) + part * ((to[step] as number) - (from[step] as number));
}

/** What is left of an amount while parts are taken from it. */
class Remainder {
  left: number;

  constructor(amount: number) {
    this.left = amount;
  }

  take(wanted: number): number {
    const taken = Math.min(above(wanted), this.left);
    this.left -= taken;
    return taken;
  }
}

function at(measures: Measures, step: number): Record<keyof Measures, number> {
  return {
    load: measures.load[step] ?? 0,
    generation: measures.generation[step] ?? 0,
    storage: measures.storage[step] ?? 0,
    sharedLocal: measures.sharedLocal[step] ?? 0,
    sharedGrid: measures.sharedGrid[step] ?? 0,
    grid: measures.grid[step] ?? 0,
    curtailed: measures.curtailed[step] ?? 0,
    unserved: measures.unserved[step] ?? 0,
  };
}

function set<Part extends string>(parts: Record<Part, Float64Array>, step: number, values: Record<Part, number>): void {
  for (const name in values) parts[name][step] = values[name];
}

function empty(count: number): Balance {
  const arrays = <Part extends string>(names: readonly Part[]) =>
    Object.fromEntries(names.map((name) => [name, new Float64Array(count)])) as Record<Part, Float64Array>;
  return { supply: arrays(SUPPLY), use: arrays(USE) };
}

function above(value: number): number {
  return Math.max(value, 0);
}

/** The largest difference of a step between the parts and what they must add up to, relative to the larger of both. */
export function residual(parts: Record<string, Float64Array>, whole: ArrayLike<number>): number {
  let worst = 0;
  for (let step = 0; step < whole.length; step += 1) {
    const sum = Object.values(parts).reduce((total, part) => total + (part[step] ?? 0), 0);
    const size = Math.max(Math.abs(sum), Math.abs(whole[step] ?? 0));
    if (size > 0) worst = Math.max(worst, Math.abs(sum - (whole[step] ?? 0)) / size);
  }
  return worst;
}
