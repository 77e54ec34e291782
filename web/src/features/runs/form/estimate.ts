import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, dataOf, type Schemas } from "@/shared/api/client";
import type { RunRequest } from "@/shared/runs/queries";

export type Estimate = Schemas["Estimate"];

const TYPING_MS = 400;

/** What a request would take, asked for when somebody stops typing; null asks nothing. */
export function useEstimate(request: RunRequest | null) {
  // Name and tags change nothing about it. As text, so that equal requests are one.
  const text = useMemo(() => (request ? JSON.stringify({ ...request, name: null, tags: [] }) : null), [request]);
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const query = useQuery({
    queryKey: ["runs", "estimate", settled],
    enabled: settled !== null && settled === text,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      dataOf(
        api.POST("/api/v1/runs", {
          params: { query: { dry_run: true } },
          body: JSON.parse(settled as string) as RunRequest,
          signal,
        }),
      ) as Promise<unknown> as Promise<Estimate>,
  });
  const isCurrent = text !== null && settled === text && !query.isPlaceholderData;
  return {
    estimate: text === null ? undefined : query.data,
    /** Of this very request; one that was changed meanwhile has no problem yet. */
    problem: isCurrent ? query.error : null,
    isUpdating: text !== null && (!isCurrent || query.isFetching),
    refetch: query.refetch,
  };
}
