import { keepPreviousData, queryOptions, useQueries } from "@tanstack/react-query";
import { api, dataOf } from "@/shared/api/client";
import { type Intervals, intervalsOf } from "@/shared/charts/intervals";
import type { Header, NodeSeries, ResultNode } from "../queries";
import { type PriceSeries, profilesOf, type Tariff } from "./rates";
import type { DaySums } from "./scene";

const MEASURES = [
  "load_kw",
  "generation_kw",
  "storage_kw",
  "soc_kwh",
  "shared_local_kw",
  "shared_grid_kw",
  "grid_kw",
  "curtailed_kw",
  "unserved_kw",
];

/** Stored steps of a node, and of a transformer or the grid what the houses' own use was on each day. */
export interface StoredDays {
  series: NodeSeries;
  sums: DaySums | null;
}

/** Days of one node; those seen before stay in sight until they are there. */
export function daysQuery(runId: number, node: ResultNode, from: string, to: string) {
  return queryOptions({
    queryKey: ["results", runId, "days", node.node_id, from, to],
    queryFn: async ({ signal }): Promise<StoredDays> => {
      const [series, daily] = await Promise.all([
        read(runId, node.node_id, MEASURES, from, to, "native", signal),
        node.kind === "house" ? null : read(runId, node.node_id, ["own_use_kwh"], from, to, "1d", signal),
      ]);
      return {
        series,
        sums: daily && { timestamps: daily.timestamps ?? [], ownUseKwh: daily.values.own_use_kwh ?? [] },
      };
    },
    placeholderData: keepPreviousData,
    staleTime: 600_000,
  });
}

/** Local prices of the steps of a transformer or the grid. */
export function stepPricesQuery(runId: number, nodeId: number, from: string, to: string) {
  return queryOptions({
    queryKey: ["results", runId, "step-prices", nodeId, from, to],
    queryFn: ({ signal }) => read(runId, nodeId, ["local_price_eur_per_kwh"], from, to, "native", signal),
    placeholderData: keepPreviousData,
    staleTime: 600_000,
  });
}

async function read(
  runId: number,
  nodeId: number,
  measures: string[],
  from: string,
  to: string,
  resolution: "native" | "1d",
  signal: AbortSignal,
): Promise<NodeSeries> {
  const query = { node_id: nodeId, measures, from, to, resolution };
  const path = { run_id: runId };
  return (await dataOf(api.GET("/api/v1/results/{run_id}/series", { params: { path, query }, signal }))) as NodeSeries;
}

/** The price series that a tariff follows, as far as they are loaded and may be seen. */
export function useTariffSeries(run: Header, from: number, to: number, mayRead: boolean): TariffSeries {
  const ids = mayRead ? profilesOf(run.parameters.tariff as Tariff) : [];
  return useQueries({
    queries: ids.map((profileId) =>
      queryOptions({
        queryKey: ["profiles", profileId, "prices", from, to],
        queryFn: async ({ signal }): Promise<[number, Intervals]> => {
          const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
          const answer = await dataOf(
            api.GET("/api/v1/profiles/{profile_id}/series", {
              params: { path: { profile_id: profileId }, query },
              signal,
            }),
          );
          const series = answer as Exclude<typeof answer, string>;
          return [profileId, intervalsOf(series, series.values)];
        },
        staleTime: 600_000,
        retry: false,
      }),
    ),
    combine: gathered,
  });
}

export interface TariffSeries {
  prices: PriceSeries;
  /** A series is gone, or not for this reader. */
  isMissing: boolean;
}

function gathered(answers: { data?: [number, Intervals]; isError: boolean }[]): TariffSeries {
  return {
    prices: new Map(answers.flatMap((answer) => (answer.data ? [answer.data] : []))),
    isMissing: answers.some((answer) => answer.isError),
  };
}
