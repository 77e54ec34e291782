import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemNotice } from "./ProblemNotice";

interface Props<T> {
  query: UseQueryResult<T, unknown>;
  children: (data: T) => ReactNode;
  /** Reserves about the space of the content, so that nothing jumps. */
  height?: number | string;
}

/** The content of a query, or its waiting state of about the same size, or what went wrong. */
export function Awaited<T>({ query, children, height = 240 }: Props<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <ProblemNotice problem={query.error} onRetry={() => query.refetch()} />;
  return (
    <Stack gap="sm" aria-busy="true">
      <Skeleton h={height} />
    </Stack>
  );
}
