import { queryOptions } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "@/shared/api/client";

export type BillDocument = Schemas["BillDocument"];
export type BillPeriod = Schemas["BillPeriod"];
export type BillLine = Schemas["BillLine"];

/** A house's bills line by line: of the whole run first, then of each month. */
export function billsQuery(runId: number, houseId: number) {
  return queryOptions({
    queryKey: ["results", runId, "bill", houseId],
    queryFn: async ({ signal }): Promise<BillDocument> => {
      const read = async (period: "run" | "months") =>
        (await dataOf(
          api.GET("/api/v1/results/{run_id}/bills/{house_id}", {
            params: { path: { run_id: runId, house_id: houseId }, query: { period, format: "json" } },
            signal,
          }),
        )) as BillDocument;
      const [run, months] = await Promise.all([read("run"), read("months")]);
      return { ...run, periods: [...run.periods, ...months.periods] };
    },
    staleTime: 600_000,
  });
}

/** Where the printed forms of a bill are. */
export function billPath(
  runId: number,
  houseId: number,
  period: string,
  format: "html" | "pdf" | "json",
  language: string,
) {
  return `/api/v1/results/${runId}/bills/${houseId}?period=${period}&format=${format}&language=${language}`;
}
