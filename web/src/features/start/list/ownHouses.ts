import type { House, Run } from "../queries";

export interface OwnHouse {
  house: House;
  /** The newest run with results of the house's community. */
  run: Run | null;
}

/** A household's houses, each with the newest of the runs (newest first) that knows its community. */
export function ownHouses(houses: House[], runs: Run[]): OwnHouse[] {
  const newest = new Map<number, Run>();
  for (const run of runs) if (!newest.has(run.grid_id)) newest.set(run.grid_id, run);
  return houses.map((house) => ({ house, run: newest.get(house.grid_id) ?? null }));
}
