import { queryOptions } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "@/shared/api/client";

export type NetworkPage = Schemas["NetworkOut"];
export type CheckedHouse = NetworkPage["houses"][number];
export type CheckedLine = NetworkPage["lines"][number];

const PAGE = 1000;

/** The whole network check: houses with their voltages, lines and transformers with their loading. */
export function networkQuery(runId: number) {
  return queryOptions({
    queryKey: ["results", runId, "network"],
    queryFn: async ({ signal }): Promise<NetworkPage> => {
      const houses: CheckedHouse[] = [];
      const lines: CheckedLine[] = [];
      let cursor: string | undefined;
      for (;;) {
        const params = { path: { run_id: runId }, query: { limit: PAGE, cursor } };
        const page: NetworkPage = await dataOf(api.GET("/api/v1/results/{run_id}/network", { params, signal }));
        houses.push(...page.houses);
        lines.push(...page.lines);
        cursor = page.next_cursor ?? undefined;
        if (cursor === undefined) return { ...page, houses, lines };
      }
    },
    staleTime: 600_000,
  });
}
