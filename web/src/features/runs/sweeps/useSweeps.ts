import { type UseQueryResult, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/shared/api/client";
import { isFinished } from "@/shared/runs/queries";
import type { Outcomes, SweepWithRuns } from "../queries";

const POLL_MS = 3_000;

export function useSweeps(grid: number | undefined) {
  return useInfiniteQuery({
    queryKey: ["runs", "sweeps", "list", grid],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      dataOf(api.GET("/api/v1/sweeps", { params: { query: { grid_id: grid, limit: 100, cursor: pageParam } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((sweep) => !isFinished(sweep.status))) ? POLL_MS : false,
  });
}

export const sweepKey = (sweepId: number) => ["runs", "sweeps", sweepId] as const;

/** A sweep, asked again until all its runs have ended. */
export function useSweep(sweepId: number | undefined): UseQueryResult<SweepWithRuns> {
  return useQuery({
    queryKey: sweepKey(sweepId ?? 0),
    enabled: sweepId !== undefined,
    queryFn: () => dataOf(api.GET("/api/v1/sweeps/{sweep_id}", { params: { path: { sweep_id: sweepId as number } } })),
    refetchInterval: ({ state }) => (state.data && !isFinished(state.data.status) ? POLL_MS : false),
  });
}

/** The table of outcomes; read anew whenever another run has ended. */
export function useOutcomes(sweep: SweepWithRuns): UseQueryResult<Outcomes> {
  const { queued, running, ...ended } = sweep.counts as Record<string, number>;
  return useQuery({
    queryKey: [...sweepKey(sweep.id), "outcomes", ended],
    placeholderData: (before: Outcomes | undefined) => before,
    queryFn: () => dataOf(api.GET("/api/v1/sweeps/{sweep_id}/outcomes", { params: { path: { sweep_id: sweep.id } } })),
  });
}
