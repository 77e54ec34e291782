import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { $api, allItems, api, dataOf, type Schemas } from "@/shared/api/client";
import { useAbilities, useMe } from "@/shared/session/me";

export type Grid = Schemas["Grid"];
export type Sweep = Schemas["SweepBody"];
export type SweepWithRuns = Schemas["SweepWithRuns"];
export type Outcomes = Schemas["Outcomes"];

/** All communities that the caller may see. */
export function useGrids() {
  return useQuery({
    queryKey: ["runs", "grids"],
    queryFn: () =>
      allItems((cursor) => dataOf(api.GET("/api/v1/grids", { params: { query: { limit: 1000, cursor } } }))),
  });
}

/** Whether communities (and with them time zones) are known; until then times would be told in a wrong zone. */
export function useAreGridsKnown(): boolean {
  return !useGrids().isPending;
}

/** A function that names a community by its id, also one that was deleted since. */
export function useGridOf(): (id: number) => Grid | undefined {
  const grids = useGrids().data;
  return useCallback((id) => grids?.find((grid) => grid.id === id), [grids]);
}

/** The time zone of a run's community; a household, which can't read the community, learns it from the results. */
export function useRunTimezone(run: { id: number; grid_id: number; status: string }): string | undefined {
  const grid = useGridOf()(run.grid_id);
  const { isHousehold } = useAbilities();
  const header = useQuery({
    ...$api.queryOptions("get", "/api/v1/results/{run_id}", { params: { path: { run_id: run.id } } }),
    enabled: isHousehold && run.status === "succeeded",
  });
  return grid?.timezone ?? header.data?.timezone;
}

export function usePresets() {
  return useQuery({
    queryKey: ["runs", "presets"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await dataOf(api.GET("/api/v1/presets"))).items,
  });
}

/** Who may cancel, repeat and delete what was made on a community: its maker, and who may operate the community. */
export function useMayOperate(): (made: { created_by: number; grid_id: number }) => boolean {
  const me = useMe().data;
  const { isAdmin, mayOperate } = useAbilities();
  const gridOf = useGridOf();
  return ({ created_by, grid_id }) =>
    isAdmin || (mayOperate && (me?.id === created_by || gridOf(grid_id)?.access === "operate"));
}

/** Names of users, as far as the caller may know them: themselves, and all for an administrator. */
export function useUserName(): (id: number) => string | null {
  const me = useMe().data;
  const { isAdmin } = useAbilities();
  const users = useQuery({
    queryKey: ["runs", "users"],
    enabled: isAdmin,
    staleTime: 300_000,
    queryFn: () =>
      allItems((cursor) => dataOf(api.GET("/api/v1/users", { params: { query: { limit: 1000, cursor } } }))),
  }).data;
  return (id) => {
    if (id === me?.id) return "";
    const user = users?.find((candidate) => candidate.id === id);
    return user ? (user.display_name ?? user.username) : null;
  };
}
