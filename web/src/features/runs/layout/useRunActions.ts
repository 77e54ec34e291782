import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/shared/api/client";
import { newIdempotencyKey } from "@/shared/api/idempotency";
import { isWithoutCommunity, useBaseline, useStartBaseline } from "@/shared/runs/baseline";
import { type Run, runQuery } from "@/shared/runs/queries";
import { notifyDone } from "@/shared/ui/notify";
import { useFailure } from "../parts/useFailure";

/** What can be done with a run; failures are told in a notification. */
export function useRunActions(run: Run) {
  const { t } = useTranslation("runs");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const path = { run_id: run.id };
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: runQuery(run.id).queryKey }),
      queries.invalidateQueries({ queryKey: ["runs", "list"] }),
    ]);

  const cancel = useMutation({
    mutationFn: () => api.POST("/api/v1/runs/{run_id}/cancel", { params: { path } }),
    onSettled: refresh,
  });
  const rerun = useMutation({
    mutationFn: (snapshot: "current" | "pinned") =>
      dataOf(
        api.POST("/api/v1/runs/{run_id}/rerun", {
          params: { path, query: { snapshot }, header: { "Idempotency-Key": newIdempotencyKey() } },
        }),
      ),
    onSuccess: async (made) => {
      notifyDone(t("run.started"));
      await queries.invalidateQueries({ queryKey: ["runs", "list"] });
      await navigate({ to: "/runs/$runId", params: { runId: made.id } });
    },
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/runs/{run_id}", { params: { path } }),
    onSuccess: async () => {
      notifyDone(t("run.deleted", { count: 1 }));
      await queries.invalidateQueries({ queryKey: ["runs", "list"] });
      await navigate({ to: "/runs" });
      queries.removeQueries({ queryKey: runQuery(run.id).queryKey });
    },
  });

  const alone = isWithoutCommunity(run);
  const baseline = useBaseline(run.status === "succeeded" && !alone ? run : undefined).data;
  const startBaseline = useStartBaseline();
  useFailure(cancel.error, t("run.failed.cancel"), cancel.reset);
  useFailure(rerun.error, t("run.failed.rerun"), rerun.reset);
  useFailure(remove.error, t("run.failed.delete"), remove.reset);
  useFailure(startBaseline.error, t("run.failed.baseline"), startBaseline.reset);
  return {
    cancel,
    rerun,
    remove,
    baseline: alone ? null : (baseline?.run ?? baseline?.pending ?? null),
    startBaseline: alone
      ? null
      : () => startBaseline.mutate(run, { onSuccess: () => notifyDone(t("run.baselineStarted")) }),
    isStartingBaseline: startBaseline.isPending,
  };
}

export type RunActionsOf = ReturnType<typeof useRunActions>;
