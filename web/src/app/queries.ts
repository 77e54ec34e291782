import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "@/shared/api/problems";

/** How often a page that nobody answers asks again, so that it recovers by itself. */
const RECOVERY_MS = 5_000;

/** Passing failures are tried again by themselves; what the request itself did wrong is not. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A request without a connection fails and is said to have failed; by default it would wait in silence.
        networkMode: "always",
        refetchOnReconnect: true,
        refetchInterval: ({ state }) =>
          state.error instanceof ApiProblem && state.error.isPassing ? RECOVERY_MS : false,
        retry: (failures, problem) => failures < 2 && problem instanceof ApiProblem && problem.isPassing,
        retryDelay: (attempt, problem) =>
          Math.min(
            8_000,
            problem instanceof ApiProblem && problem.retryAfterSeconds
              ? problem.retryAfterSeconds * 1000
              : 500 * 2 ** attempt,
          ),
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
