import { useInfiniteQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/shared/api/client";
import { isFinished, type Run, type RunStatus } from "@/shared/runs/queries";

export interface RunFilters {
  status?: RunStatus;
  grid?: number;
  tag?: string;
}

const PAGE = 200;
const POLL_MS = 3_000;

/** Runs, newest first, in pages; asked again every few seconds while one of them goes on. */
export function useRuns({ status, grid, tag }: RunFilters) {
  return useInfiniteQuery({
    queryKey: ["runs", "list", { status, grid, tag }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET("/api/v1/runs", {
          params: { query: { status, grid_id: grid, tag, limit: PAGE, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((run) => !isFinished(run.status))) ? POLL_MS : false,
  });
}

/** At most four fit side by side. */
export const MOST_COMPARED = 4;

export function mayCompare(runs: Run[]): boolean {
  return runs.length >= 2 && runs.length <= MOST_COMPARED && runs.every((run) => run.status === "succeeded");
}
