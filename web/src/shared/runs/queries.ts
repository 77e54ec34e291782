import { $api, type Schemas } from "@/shared/api/client";

export type Run = Schemas["RunBody"];
export type RunRequest = Schemas["RunRequest"];
export type RunStatus = Schemas["Status"];

/** One run with its parameters, without the community's snapshot. All pages below a run read the same cached answer. */
export function runQuery(runId: number) {
  return $api.queryOptions("get", "/api/v1/runs/{run_id}", {
    params: { path: { run_id: runId }, query: { include: "none" } },
  });
}

export function isFinished(status: RunStatus): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}
