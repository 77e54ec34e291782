import { useQuery } from "@tanstack/react-query";
import { $api, allItems, api, dataOf, type Schemas } from "@/shared/api/client";

export type Grid = Schemas["Grid"];
export type Run = Schemas["RunBody"];
export type Summary = Schemas["SummaryOut"];
export type House = Schemas["House"];

/** Begins the keys of everything that is read about communities. */
export const GRIDS = ["get", "/api/v1/grids"];
const MINUTE_MS = 60_000;
const PROGRESS_MS = 2_000;

export function useGrids() {
  return useQuery({
    queryKey: [...GRIDS, "all"],
    queryFn: () =>
      allItems((cursor) => dataOf(api.GET("/api/v1/grids", { params: { query: { limit: 1000, cursor } } }))),
  });
}

export function useGrid(gridId: number) {
  return $api.useQuery("get", "/api/v1/grids/{grid_id}", { params: { path: { grid_id: gridId } } });
}

export interface Counts {
  transformers: number;
  houses: number;
}

/** How much there is in a community; asked for when it comes into sight. */
export function useCounts(grid: Pick<Grid, "id" | "version">, enabled = true) {
  return useQuery({
    queryKey: ["get", "/api/v1/grids/{grid_id}/nodes", "counts", grid.id, grid.version],
    queryFn: async ({ signal }): Promise<Counts> => {
      const nodes = await dataOf(
        api.GET("/api/v1/grids/{grid_id}/nodes", { params: { path: { grid_id: grid.id } }, signal }),
      );
      return { transformers: nodes.transformers.length, houses: nodes.houses.length };
    },
    // Whatever changes in a community gives it another version, and so another key.
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

/** The newest run of a community, of any state; followed while it is on its way. */
export function useLastRun(gridId: number, enabled = true) {
  return $api.useQuery(
    "get",
    "/api/v1/runs",
    { params: { query: { grid_id: gridId, limit: 1 } } },
    {
      select: (page) => page.items[0] ?? null,
      enabled,
      refetchInterval: (query) => (isUnderway(query.state.data?.items[0]) ? PROGRESS_MS : false),
    },
  );
}

/** The newest run of a community that has results. */
export function useLastResult(gridId: number) {
  return $api.useQuery(
    "get",
    "/api/v1/runs",
    { params: { query: { grid_id: gridId, status: "succeeded", limit: 1 } } },
    { select: (page) => page.items[0] ?? null },
  );
}

export function useSummary(runId: number) {
  return $api.useQuery(
    "get",
    "/api/v1/results/{run_id}/summary",
    { params: { path: { run_id: runId } } },
    { staleTime: 10 * MINUTE_MS },
  );
}

/** Whether any house of a community follows a profile. */
export function useHasAssignments(gridId: number) {
  return $api.useQuery(
    "get",
    "/api/v1/grids/{grid_id}/assignments",
    { params: { path: { grid_id: gridId }, query: { limit: 1 } } },
    { select: (page) => page.items.length > 0 },
  );
}

export function isUnderway(run: Run | null | undefined): boolean {
  return run?.status === "queued" || run?.status === "running";
}
