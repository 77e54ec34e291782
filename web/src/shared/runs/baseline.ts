import { type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/shared/api/client";
import { newIdempotencyKey } from "@/shared/api/idempotency";
import { isFinished, type Run, type RunRequest } from "./queries";

/**
 * The same run without a community: the measure of what sharing changes. It is a run of its own, with allocation `none`
 * and otherwise everything that decides energy and money of a house alone.
 */
export const BASELINE_TAG = "baseline";

export const baselineTagOf = (runId: number) => `${BASELINE_TAG}-of-${runId}`;

export interface Baseline {
  /** A run without a community that has succeeded, if there is one. */
  run: Run | null;
  /** One that is queued or running, while there is none that has succeeded. */
  pending: Run | null;
  /** Community and profiles were the same as in the compared run; false: changed in between. */
  sameInputs: boolean;
}

/** Nothing is shared in this run: it has no other baseline than itself. */
export function isWithoutCommunity(run: Run): boolean {
  return run.parameters.allocation === "none";
}

/** The storage strategy of a house that has no neighbours to serve. */
function ownStrategy(request: RunRequest): RunRequest["storage_strategy"] {
  return request.storage_strategy === "community" ? "self_consumption" : request.storage_strategy;
}

/** What to ask for, to have this run without a community. Rules of sharing are left out: they would say nothing. */
export function baselineRequest(run: Run, name: string): RunRequest {
  const { preset, incentive, compensation_eur_per_kwh, rounding_decimals, ...kept } = run.parameters;
  return {
    ...kept,
    allocation: "none",
    pricing: "mid_market",
    left_over: "seller",
    storage_strategy: ownStrategy(run.parameters),
    name: name.slice(0, 200),
    tags: [BASELINE_TAG, baselineTagOf(run.id)],
  };
}

/** All that decides what houses do and pay on their own. */
function aloneKey(run: Run): string {
  const request = run.parameters;
  return stable([
    run.grid_id,
    Date.parse(run.start),
    Date.parse(run.end),
    run.step_minutes,
    request.tariff,
    request.fees,
    ownStrategy(request),
    request.storage,
    request.charge_strategy ?? null,
    request.temperature_profile_id ?? null,
    request.carbon ?? null,
  ]);
}

/** JSON with sorted keys, without what is null: a parameter that is not given equals one that is null. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, entry]) => entry !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}

/** The best baseline among some runs: made for this one, then of the same inputs, then the newest. */
export function chooseBaseline(run: Run, candidates: Run[]): Baseline {
  const key = aloneKey(run);
  const fitting = candidates.filter(
    (candidate) => candidate.id !== run.id && isWithoutCommunity(candidate) && aloneKey(candidate) === key,
  );
  const best = (runs: Run[]) => [...runs].sort((a, b) => rank(run, b) - rank(run, a) || b.id - a.id)[0] ?? null;
  const done = best(fitting.filter((candidate) => candidate.status === "succeeded"));
  const pending = best(fitting.filter((candidate) => !isFinished(candidate.status)));
  return {
    run: done,
    pending: done === null ? pending : null,
    sameInputs: done !== null && hasSameInputs(run, done),
  };
}

function rank(run: Run, candidate: Run): number {
  return Number(candidate.tags.includes(baselineTagOf(run.id))) + 2 * Number(hasSameInputs(run, candidate));
}

function hasSameInputs(run: Run, other: Run): boolean {
  const sameProfiles =
    run.profiles_hash === null || other.profiles_hash === null || run.profiles_hash === other.profiles_hash;
  return run.topology_hash === other.topology_hash && sameProfiles;
}

/** Older runs are not searched: of those that were made for the purpose all are found by their tag. */
const NEWEST = 200;
const baselineKey = (runId: number) => ["baseline", runId] as const;

async function find(run: Run): Promise<Baseline> {
  const list = (query: { tag: string } | { status: "succeeded" }) =>
    dataOf(api.GET("/api/v1/runs", { params: { query: { ...query, grid_id: run.grid_id, limit: NEWEST } } }));
  const tagged = chooseBaseline(run, (await list({ tag: BASELINE_TAG })).items);
  if ((tagged.run !== null && tagged.sameInputs) || tagged.pending !== null) return tagged;
  const any = chooseBaseline(run, (await list({ status: "succeeded" })).items);
  return any.run !== null && (any.sameInputs || tagged.run === null) ? any : tagged;
}

/** The baseline of a run; asked again every few seconds while one is being computed. */
export function useBaseline(run: Run | undefined): UseQueryResult<Baseline> {
  return useQuery({
    queryKey: baselineKey(run?.id ?? 0),
    queryFn: () => find(run as Run),
    enabled: run !== undefined && !isWithoutCommunity(run),
    staleTime: 60_000,
    refetchInterval: (query) => (query.state.data?.pending ? 2_000 : false),
  });
}

/** Starts the baseline of a run: `useStartBaseline().mutate(run)` answers the new run. */
export function useStartBaseline() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (run: Run) =>
      dataOf(
        api.POST("/api/v1/runs", {
          params: { header: { "Idempotency-Key": newIdempotencyKey() } },
          body: baselineRequest(run, t("baselineName", { name: run.name ?? `#${run.id}` })),
        }),
      ) as Promise<Run>,
    onSuccess: (_, run) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: baselineKey(run.id) }),
        queries.invalidateQueries({ queryKey: ["get", "/api/v1/runs"] }),
      ]),
  });
}
