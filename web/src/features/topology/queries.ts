import { keepPreviousData, type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { $api, allItems, api, dataOf, type Schemas } from "@/shared/api/client";
import { toDocument } from "./document/saving";
import { type Draft, draftOf } from "./document/types";
import type { Editor } from "./editor/store";

export type Run = Schemas["RunBody"];

/** What a transformer bore in a run. */
export interface Load {
  peak_kw: number | null;
  loading_percent: number | null;
  hours_above: number | null;
}

/** The whole community. Read when the page opens and never under the hands of somebody who edits it. */
export function useTopology(gridId: number) {
  return $api.useQuery(
    "get",
    "/api/v1/grids/{grid_id}/topology",
    { params: { path: { grid_id: gridId } } },
    { gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false },
  );
}

export function readTopology(gridId: number): Promise<Schemas["Document"]> {
  return dataOf(api.GET("/api/v1/grids/{grid_id}/topology", { params: { path: { grid_id: gridId } } }));
}

/** Stores the draft, if nobody else stored something since it was read. */
export function useSave(editor: Editor, gridId: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<{ sent: Draft; answer: Draft }> => {
      const { draft, aliases, version } = editor.store.getState();
      const answer = await dataOf(
        api.PUT("/api/v1/grids/{grid_id}/topology", {
          params: { path: { grid_id: gridId }, header: { "if-match": `"${version}"` } },
          body: toDocument(draft, aliases),
        }),
      );
      return { sent: draft, answer: draftOf(answer) };
    },
    onSuccess: ({ sent, answer }) => {
      editor.stored(sent, answer);
      return forgetOthers(queries);
    },
  });
}

/** Other pages' knowledge of the community is old now. */
function forgetOthers(queries: QueryClient) {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      typeof path === "string" && /^\/api\/v1\/(grids|flags|priority-lists)/.test(path) && !path.endsWith("/topology"),
  });
}

const NO_FLAGS: Schemas["Flag"][] = [];

/** The built-in flags and one's own. */
export function useFlags(): Schemas["Flag"][] {
  const query = useQuery({
    queryKey: ["get", "/api/v1/flags", "all"],
    queryFn: () =>
      allItems((cursor) => dataOf(api.GET("/api/v1/flags", { params: { query: { limit: 1000, cursor } } }))),
    staleTime: 60_000,
  });
  return query.data ?? NO_FLAGS;
}

/** The last runs of a community that have results. */
export function useRuns(gridId: number) {
  return $api.useQuery("get", "/api/v1/runs", {
    params: { query: { grid_id: gridId, status: "succeeded", limit: 30 } },
  });
}

/** What each transformer bore in a run, by its id. */
export function useLoads(runId: number | undefined) {
  return useQuery({
    queryKey: ["get", "/api/v1/results/{run_id}/nodes", runId, "transformer loads"],
    enabled: runId !== undefined,
    staleTime: 300_000,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const nodes = await allItems((cursor) =>
        dataOf(
          api.GET("/api/v1/results/{run_id}/nodes", {
            params: { path: { run_id: runId as number }, query: { kind: "transformer", limit: 1000, cursor } },
          }),
        ),
      );
      return new Map(nodes.map((node) => [node.node_id, loadOf(node.indicators)]));
    },
  });
}

function loadOf(indicators: Schemas["NodeOut"]["indicators"]): Load {
  const value = (name: string) => {
    const figure = indicators[name];
    return typeof figure === "number" ? figure : null;
  };
  const peaks = [value("import_peak_kw"), value("export_peak_kw")].filter((peak) => peak !== null);
  return {
    peak_kw: peaks.length > 0 ? Math.max(...peaks) : null,
    loading_percent: value("loading_max_percent"),
    hours_above: value("hours_above_100_percent"),
  };
}
