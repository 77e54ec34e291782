/** What the results' pages read. A run that is closed never changes: its answers stay fresh for the visit. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { $api, allItems, api, dataOf, type Schemas } from "@/shared/api/client";

export type Summary = Schemas["SummaryOut"];
export type Indicators = Summary["indicators"];
export type ResultNode = Schemas["NodeOut"];
export type NodeKind = "grid" | "transformer" | "house";
export type Flow = Schemas["FlowOut"];
export type Trade = Schemas["TradeOut"];
export type Header = Schemas["RunOut"];
export type NodeSeries = Schemas["ResultsSeriesOut"];

const CLOSED = { staleTime: 600_000 } as const;
const PAGE = 1000;
const FLOWS_PAGE = 100_000;
/** As many as a screen is wide. */
const DURATION_POINTS = 800;

/** The grid's indicators, months, fairness and proof; households may not see it (403). */
export function summaryQuery(runId: number) {
  return {
    ...$api.queryOptions("get", "/api/v1/results/{run_id}/summary", { params: { path: { run_id: runId } } }),
    ...CLOSED,
  };
}

/** The run's header (zone, currency, period, stored step, parameters): also for households. */
export function headerQuery(runId: number) {
  return {
    ...$api.queryOptions("get", "/api/v1/results/{run_id}", { params: { path: { run_id: runId } } }),
    ...CLOSED,
  };
}

/** All nodes of a kind with their indicators of a period (`run`, `2016-06`, `2016-06-21`); a household gets its own. */
export function nodesQuery(runId: number, kind?: NodeKind, period = "run") {
  return queryOptions({
    queryKey: ["results", runId, "nodes", kind ?? "all", period],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        dataOf(
          api.GET("/api/v1/results/{run_id}/nodes", {
            params: { path: { run_id: runId }, query: { kind, period, limit: PAGE, cursor } },
            signal,
          }),
        ),
      ),
    ...CLOSED,
  });
}

/** Energy from each node to each over the run; with a node, only its own. Households may not see it (403). */
export function flowsQuery(runId: number, nodeId?: number) {
  return queryOptions({
    queryKey: ["results", runId, "flows", nodeId ?? "all"],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        dataOf(
          api.GET("/api/v1/results/{run_id}/flows", {
            params: { path: { run_id: runId }, query: { node_id: nodeId, limit: FLOWS_PAGE, cursor } },
            signal,
          }),
        ),
      ),
    ...CLOSED,
  });
}

export type Resolution = "native" | "15m" | "1h" | "1d" | "1mo";

interface Span {
  nodeId?: number;
  /** Local dates; `to` is not included. */
  from?: string;
  to?: string;
  resolution?: Resolution;
}

/** Local prices and traded volume of a transformer, or of the grid. Households may not see it (403). */
export function pricesQuery(runId: number, { nodeId, from, to, resolution }: Span = {}) {
  return {
    ...$api.queryOptions("get", "/api/v1/results/{run_id}/prices", {
      params: { path: { run_id: runId }, query: { node_id: nodeId, from, to, resolution } },
    }),
    ...CLOSED,
  };
}

/** Series of one node: mean kW of each interval, in the time zone of the run. */
export function seriesQuery(runId: number, measures: string[], { nodeId, from, to, resolution }: Span = {}) {
  return {
    ...$api.queryOptions("get", "/api/v1/results/{run_id}/series", {
      params: { path: { run_id: runId }, query: { node_id: nodeId, measures, from, to, resolution } },
    }),
    ...CLOSED,
  };
}

/** In `hours[i]` hours of the run the measure of the node was at least `values[i]`; needs stored steps. */
export function durationQuery(runId: number, nodeId: number, measure: string) {
  return {
    ...$api.queryOptions("get", "/api/v1/results/{run_id}/duration", {
      params: { path: { run_id: runId }, query: { node_id: nodeId, measure, points: DURATION_POINTS } },
    }),
    ...CLOSED,
  };
}

/** The first trades of a local day; the ones before stay in sight until these have come. */
export function tradesQuery(runId: number, day: string, nextDay: string, nodeId: number | undefined, limit: number) {
  return queryOptions({
    queryKey: ["results", runId, "trades", day, nodeId ?? "all", limit],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/v1/results/{run_id}/trades", {
          params: { path: { run_id: runId }, query: { from: day, to: nextDay, node_id: nodeId, limit } },
          signal,
        }),
      ) as Promise<Schemas["TradesOut"]>,
    placeholderData: keepPreviousData,
    ...CLOSED,
  });
}

/** Nodes by their id: names, kinds and parents for whatever speaks of ids. Absent until they are loaded. */
export function useNodesById(runId: number): Map<number, ResultNode> | undefined {
  const { data } = useQuery(nodesQuery(runId));
  return useMemo(() => data && new Map(data.map((node) => [node.node_id, node])), [data]);
}
