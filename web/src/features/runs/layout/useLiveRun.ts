import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { events } from "@/shared/api/events";
import { isFinished, type Run, runQuery } from "@/shared/runs/queries";

/** The moving parts of a run, as its events tell them. */
type RunEvent = Pick<Run, "id" | "status" | "progress" | "phase" | "error">;

const POLL_MS = 3_000;
const AGAIN_MS = [1_000, 2_000, 5_000, 10_000];

/**
 * A run that stays up to date until it has ended: by its events, and by asking while they can't be had. The first event of
 * a stream tells the state as it is, so nothing is missed between two streams.
 */
export function useLiveRun(runId: number): { run: UseQueryResult<Run>; isLive: boolean } {
  const queries = useQueryClient();
  const [isLive, setLive] = useState(false);
  const run = useQuery({
    ...runQuery(runId),
    staleTime: ({ state }) => (state.data && isFinished(state.data.status) ? 60_000 : 0),
    refetchInterval: ({ state }) => (state.data && !isFinished(state.data.status) && !isLive ? POLL_MS : false),
  }) as UseQueryResult<Run>;
  const isGoing = run.data !== undefined && !isFinished(run.data.status);

  useEffect(() => {
    if (!isGoing) return;
    const ending = new AbortController();
    void follow(queries, runId, ending.signal, setLive);
    return () => {
      ending.abort();
      setLive(false);
    };
  }, [isGoing, queries, runId]);
  return { run, isLive };
}

async function follow(
  queries: QueryClient,
  runId: number,
  signal: AbortSignal,
  setLive: (live: boolean) => void,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      for await (const event of events<RunEvent>(`/api/v1/runs/${runId}/events`, signal)) {
        setLive(true);
        failures = 0;
        if (await take(queries, event)) return;
      }
    } catch {
      // Polling goes on meanwhile and shows what is wrong, if it lasts.
    }
    if (signal.aborted) return;
    setLive(false);
    await pause(AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)] ?? POLL_MS, signal);
  }
}

/** Puts an event into the cached run; true when the run has ended. */
async function take(queries: QueryClient, event: RunEvent): Promise<boolean> {
  const { queryKey } = runQuery(event.id);
  const known = queries.getQueryData<Run>(queryKey);
  const hasBegun = known?.started_at == null && event.status === "running";
  if (isFinished(event.status)) {
    // The rest of the run (times, digest) changes with its end: it is read as a whole, and lists with it.
    await queries.invalidateQueries({ queryKey });
    await queries.invalidateQueries({ queryKey: ["runs", "list"] });
    return true;
  }
  queries.setQueryData<Run>(queryKey, (run) => run && { ...run, ...event });
  if (hasBegun) await queries.invalidateQueries({ queryKey });
  return false;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
