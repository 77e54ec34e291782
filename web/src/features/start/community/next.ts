/** What a community lacks before it can show results. */
export type NextStep = "houses" | "profiles" | "run";

interface State {
  houses: number;
  hasAssignments: boolean;
  hasRuns: boolean;
}

/** The first thing that is missing; null when there is a run already. */
export function nextStep({ houses, hasAssignments, hasRuns }: State): NextStep | null {
  if (hasRuns) return null;
  if (houses === 0) return "houses";
  return hasAssignments ? "run" : "profiles";
}
