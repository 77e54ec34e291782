import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { $api, allItems, api, dataOf, type Schemas } from "@/shared/api/client";

export type User = Schemas["UserView"];
export type Grant = Schemas["GrantView"];
export type Role = NonNullable<Schemas["UserCreate"]["role"]>;
export type Access = Grant["access"];

export const ROLES: Role[] = ["admin", "operator", "viewer", "participant"];

const USERS = ["get", "/api/v1/users", "all"];
const grantsOf = (userId: number) => ["get", "/api/v1/users/{user_id}/grants", userId];

export function useUsers() {
  return useQuery({
    queryKey: USERS,
    queryFn: () =>
      allItems((cursor) => dataOf(api.GET("/api/v1/users", { params: { query: { limit: 1000, cursor } } }))),
  });
}

export function useGrants(userId: number) {
  return useQuery({
    queryKey: grantsOf(userId),
    queryFn: () =>
      allItems((cursor) =>
        dataOf(
          api.GET("/api/v1/users/{user_id}/grants", {
            params: { path: { user_id: userId }, query: { limit: 1000, cursor } },
          }),
        ),
      ),
  });
}

const ENTRIES_AT_ONCE = 100;

/** The audit log, newest first, in pages. */
export function useAudit(filters: { event?: Schemas["Event"]; actor_name?: string }) {
  return useInfiniteQuery({
    queryKey: ["get", "/api/v1/audit", filters],
    queryFn: ({ pageParam: cursor, signal }) =>
      dataOf(api.GET("/api/v1/audit", { params: { query: { ...filters, limit: ENTRIES_AT_ONCE, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (found) => found.pages.flatMap((page) => page.items),
  });
}

/** All communities, to name those that users were given. */
export function useGrids() {
  return useQuery({
    queryKey: ["get", "/api/v1/grids", "all"],
    queryFn: () =>
      allItems((cursor) => dataOf(api.GET("/api/v1/grids", { params: { query: { limit: 1000, cursor } } }))),
  });
}

export function useCreateUser() {
  const { refresh } = useRefresh();
  return $api.useMutation("post", "/api/v1/users", { onSuccess: refresh });
}

export function useChangeUser() {
  const { refresh } = useRefresh();
  return $api.useMutation("patch", "/api/v1/users/{user_id}", { onSuccess: refresh });
}

export function useDeleteUser() {
  const { refresh } = useRefresh();
  return $api.useMutation("delete", "/api/v1/users/{user_id}", { onSuccess: refresh });
}

export function useGiveGrant(userId: number) {
  const { refreshGrants } = useRefresh();
  return $api.useMutation("post", "/api/v1/users/{user_id}/grants", { onSuccess: () => refreshGrants(userId) });
}

export function useTakeGrant(userId: number) {
  const { refreshGrants } = useRefresh();
  return $api.useMutation("delete", "/api/v1/users/{user_id}/grants/{grid_id}", {
    onSuccess: () => refreshGrants(userId),
  });
}

function useRefresh() {
  const client = useQueryClient();
  return {
    refresh: () => client.invalidateQueries({ queryKey: USERS }),
    refreshGrants: (userId: number) => client.invalidateQueries({ queryKey: grantsOf(userId) }),
  };
}
