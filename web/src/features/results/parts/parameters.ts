/** Parameters of runs laid side by side: nested ones by their path, lists as one value. */
export type Parameters = Record<string, unknown>;

/** What says which run it is rather than how it was computed, and what is shown in the head of the comparison. */
const NOT_COMPARED = new Set(["name", "tags", "grid_id", "start", "end"]);

export function flattened(parameters: Parameters): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (value: unknown, path: string) => {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === "" ? key : `${path}.${key}`);
    } else if (value !== null && value !== undefined && !NOT_COMPARED.has(path)) {
      found.set(path, Array.isArray(value) ? JSON.stringify(value) : value);
    }
  };
  visit(parameters, "");
  return found;
}

export interface Differing {
  path: string;
  /** One value per run; undefined where a run does not have it. */
  values: unknown[];
}

export function differing(runs: Parameters[]): Differing[] {
  const all = runs.map(flattened);
  const paths = [...new Set(all.flatMap((one) => [...one.keys()]))];
  return paths
    .map((path) => ({ path, values: all.map((one) => one.get(path)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

/** What makes a comparison of some runs doubtful. */
export type Doubt = "grid" | "period" | "currency" | "step";

interface Compared {
  grid_id: number;
  start: string;
  end: string;
  currency: string;
  step_minutes: number;
}

export function doubts(runs: Compared[]): Doubt[] {
  const differ = (read: (run: Compared) => unknown) => new Set(runs.map(read)).size > 1;
  const found: [Doubt, boolean][] = [
    ["grid", differ((run) => run.grid_id)],
    ["period", differ((run) => Date.parse(run.start)) || differ((run) => Date.parse(run.end))],
    ["currency", differ((run) => run.currency)],
    ["step", differ((run) => run.step_minutes)],
  ];
  return found.filter(([, is]) => is).map(([doubt]) => doubt);
}

/** At most four different run ids out of an address. */
export const MOST_RUNS = 4;

export function runIdsOf(text: string | undefined): number[] {
  const ids = (text ?? "").split(",").map(Number);
  return [...new Set(ids.filter((id) => Number.isSafeInteger(id) && id > 0))].slice(0, MOST_RUNS);
}
