import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, authorized, dataOf, type Schemas } from "@/shared/api/client";
import type { Profile } from "../queries";
import type { Values } from "./values";

export type Builder = Schemas["BuilderOut"];
export type BuildPreview = Schemas["BuildPreview"];

const buildersQuery = queryOptions({
  queryKey: ["profile-builders"],
  queryFn: async ({ signal }) => (await dataOf(api.GET("/api/v1/profiles/builders", { signal }))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

export const useBuilders = () => useQuery(buildersQuery);

/** A build as the service takes it. Its parameters follow the builder's own schema, so they have no type here. */
export interface BuildRequest {
  builder: string;
  name: string;
  year?: number;
  start?: string;
  end?: string;
  timezone: string;
  step_minutes: number;
  parameters: Values;
}

export const tryOut = (request: BuildRequest) => send<BuildPreview>(request, true);
export const build = (request: BuildRequest) => send<Profile>(request, false);

async function send<T>(request: BuildRequest, dryRun: boolean): Promise<T> {
  const answer = await authorized(`/api/v1/profiles/build?dry_run=${dryRun}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request),
  });
  return (await answer.json()) as T;
}
