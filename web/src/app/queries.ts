import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "@/shared/api/problems";

/** Passing failures are tried again by themselves; what the request itself did wrong is not. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, problem) => failures < 2 && problem instanceof ApiProblem && problem.isPassing,
        retryDelay: (attempt, problem) =>
          Math.min(
            8_000,
            problem instanceof ApiProblem && problem.retryAfterSeconds
              ? problem.retryAfterSeconds * 1000
              : 500 * 2 ** attempt,
          ),
      },
      mutations: { retry: false },
    },
  });
}
