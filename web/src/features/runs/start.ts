import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { api, dataOf, type Schemas } from "@/shared/api/client";
import { newIdempotencyKey } from "@/shared/api/idempotency";
import { ApiProblem } from "@/shared/api/problems";
import type { Run, RunRequest } from "@/shared/runs/queries";
import type { SweepWithRuns } from "./queries";

/**
 * One key for one intention: kept while nobody knows whether the request arrived, so that pressing again starts nothing
 * twice; new after a definite answer or a changed request.
 */
function useKey() {
  const held = useRef<{ of: string; key: string } | null>(null);
  return {
    keyFor(body: object): string {
      const of = JSON.stringify(body);
      if (held.current?.of !== of) held.current = { of, key: newIdempotencyKey() };
      return held.current.key;
    },
    answered(problem?: unknown) {
      if (!(problem instanceof ApiProblem && problem.isPassing)) held.current = null;
    },
  };
}

export function useStartRun() {
  const { keyFor, answered } = useKey();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: RunRequest) =>
      dataOf(
        api.POST("/api/v1/runs", { params: { header: { "Idempotency-Key": keyFor(body) } }, body }),
      ) as Promise<unknown> as Promise<Run>,
    onSettled: (_, problem) => answered(problem),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["runs", "list"] }),
  });
}

export function useStartSweep() {
  const { keyFor, answered } = useKey();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["SweepRequest"]): Promise<SweepWithRuns> =>
      dataOf(api.POST("/api/v1/sweeps", { params: { header: { "Idempotency-Key": keyFor(body) } }, body })),
    onSettled: (_, problem) => answered(problem),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["runs", "sweeps"] }),
        queries.invalidateQueries({ queryKey: ["runs", "list"] }),
      ]),
  });
}
