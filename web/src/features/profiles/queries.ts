import { type QueryClient, queryOptions, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { allItems, api, dataOf, type Schemas } from "@/shared/api/client";

export type Profile = Schemas["ProfileOut"];
export type ProfileType = Schemas["ProfileType"];
export type SourceType = Schemas["SourceType"];
export type Resolution = Schemas["Resolution"];
export type Grid = Schemas["Grid"];
export type House = Schemas["House"];
export type Assignment = Schemas["AssignmentOut"];

export const PROFILE_TYPES: ProfileType[] = [
  "load",
  "solar",
  "wind",
  "heat",
  "ev",
  "schedule",
  "price",
  "carbon",
  "weather",
];
/** What a house can follow. */
export const POWER_TYPES: ProfileType[] = ["load", "heat", "ev", "solar", "wind", "schedule"];
export const SOURCE_TYPES: SourceType[] = ["upload", "builder", "measured", "forecast"];

const PAGE = 1000;

const profilesQuery = (gridId?: number) =>
  queryOptions({
    queryKey: ["profiles", "list", gridId ?? "all"],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        dataOf(api.GET("/api/v1/profiles", { params: { query: { limit: PAGE, cursor, grid_id: gridId } }, signal })),
      ),
    staleTime: 30_000,
  });

export const profileQuery = (profileId: number) =>
  queryOptions({
    queryKey: ["profiles", "one", profileId],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/v1/profiles/{profile_id}", { params: { path: { profile_id: profileId } }, signal })),
  });

const gridsQuery = queryOptions({
  queryKey: ["grids", "all"],
  queryFn: ({ signal }) =>
    allItems((cursor) => dataOf(api.GET("/api/v1/grids", { params: { query: { limit: PAGE, cursor } }, signal }))),
  staleTime: 60_000,
});

const assignmentsQuery = (gridId: number) =>
  queryOptions({
    queryKey: ["profiles", "assignments", gridId],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        dataOf(
          api.GET("/api/v1/grids/{grid_id}/assignments", {
            params: { path: { grid_id: gridId }, query: { limit: PAGE, cursor } },
            signal,
          }),
        ),
      ),
  });

const housesQuery = (gridId: number) =>
  queryOptions({
    queryKey: ["houses", gridId],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        dataOf(api.GET("/api/v1/houses", { params: { query: { grid_id: gridId, limit: PAGE, cursor } }, signal })),
      ),
    staleTime: 30_000,
  });

export interface SeriesWish {
  profileId: number;
  resolution: Resolution;
  from?: string;
  to?: string;
}

/** Values never change, so they are kept for as long as the page is open. */
export const seriesQuery = ({ profileId, resolution, from, to }: SeriesWish) =>
  queryOptions({
    queryKey: ["profiles", "series", profileId, resolution, from ?? null, to ?? null],
    queryFn: async ({ signal }) => {
      const params = { path: { profile_id: profileId }, query: { resolution, from, to } };
      // The same path answers CSV as text; JSON is what the client asks for.
      return (await dataOf(
        api.GET("/api/v1/profiles/{profile_id}/series", { params, signal }),
      )) as Schemas["SeriesOut"];
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 120_000,
  });

export const useProfiles = () => useQuery(profilesQuery());
export const useProfile = (profileId: number) => useQuery(profileQuery(profileId));
export const useGrids = () => useQuery(gridsQuery);
export const useAssignments = (gridId: number) => useQuery(assignmentsQuery(gridId));
export const useHouses = (gridId: number) => useQuery(housesQuery(gridId));

export const useGrid = (gridId: number) =>
  useQuery({
    queryKey: ["grids", "one", gridId],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/v1/grids/{grid_id}", { params: { path: { grid_id: gridId } }, signal })),
    staleTime: 60_000,
  });

/** In which of the communities that the caller sees each profile is used; null until all have answered. */
export function useUses(): Map<number, Grid[]> | null {
  const grids = useGrids().data;
  const lists = useQueries({
    queries: (grids ?? []).map((grid) => profilesQuery(grid.id)),
    combine: (results) => (results.every((result) => result.data) ? results.map((result) => result.data ?? []) : null),
  });
  return useMemo(() => {
    if (grids === undefined || lists === null) return null;
    const uses = new Map<number, Grid[]>();
    for (const [index, grid] of grids.entries())
      for (const profile of lists[index] ?? []) uses.set(profile.id, [...(uses.get(profile.id) ?? []), grid]);
    return uses;
  }, [grids, lists]);
}

export interface HouseUse {
  grid: Grid;
  houseId: number;
  houseName: string;
  scale: number;
}

/** Which houses follow a profile, in these communities; null until known. */
export function useHouseUses(profileId: number, grids: Grid[]): HouseUse[] | null {
  const assignments = useQueries({
    queries: grids.map((grid) => assignmentsQuery(grid.id)),
    combine: (results) => (results.every((result) => result.data) ? results.map((result) => result.data ?? []) : null),
  });
  const houses = useQueries({
    queries: grids.map((grid) => housesQuery(grid.id)),
    combine: (results) => (results.every((result) => result.data) ? results.map((result) => result.data ?? []) : null),
  });
  return useMemo(() => {
    if (assignments === null || houses === null) return null;
    return grids.flatMap((grid, index) => {
      const names = new Map(houses[index]?.map((house) => [house.id, house.name]));
      return (assignments[index] ?? [])
        .filter((assignment) => assignment.profile_id === profileId)
        .map(({ house_id, scale }) => ({ grid, houseId: house_id, houseName: names.get(house_id) ?? "", scale }));
    });
  }, [assignments, houses, grids, profileId]);
}

/** Lists, uses and profiles are asked for anew; not the one that was deleted, whose page is about to be left. */
export function forgetProfiles(queries: QueryClient, goneId?: number): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [subject, what, id] }) =>
      subject === "profiles" && what !== "series" && !(what === "one" && id === goneId),
  });
}

export function useForgetProfiles(): (goneId?: number) => Promise<void> {
  const queries = useQueryClient();
  return (goneId) => forgetProfiles(queries, goneId);
}
