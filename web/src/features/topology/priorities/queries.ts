import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { $api, allItems, api, dataOf, type Schemas } from "@/shared/api/client";

export type PriorityList = Schemas["PriorityList"];
type Fields = Pick<Schemas["PriorityListFields"], "name" | "configuration">;

const listsKey = (gridId: number) => ["get", "/api/v1/priority-lists", gridId];

export function useLists(gridId: number) {
  return useQuery({
    queryKey: listsKey(gridId),
    queryFn: () =>
      allItems((cursor) =>
        dataOf(api.GET("/api/v1/priority-lists", { params: { query: { grid_id: gridId, limit: 1000, cursor } } })),
      ),
  });
}

/** The community's houses by name, and what the caller may do. */
export function useNodes(gridId: number) {
  return $api.useQuery("get", "/api/v1/grids/{grid_id}/nodes", { params: { path: { grid_id: gridId } } });
}

export function useGrid(gridId: number) {
  return $api.useQuery("get", "/api/v1/grids/{grid_id}", { params: { path: { grid_id: gridId } } });
}

/** Making, changing, deleting a list; the community's version moves on, so all that is known of it is asked for again. */
export function useListChanges(gridId: number) {
  const queries = useQueryClient();
  const onSuccess = () =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [, path] }) =>
        typeof path === "string" && /^\/api\/v1\/(grids|flags|priority-lists)/.test(path),
    });
  const create = useMutation({
    mutationFn: (fields: Fields) =>
      dataOf(api.POST("/api/v1/priority-lists", { body: { ...fields, grid_id: gridId } })),
    onSuccess,
  });
  const change = useMutation({
    mutationFn: ({ id, fields }: { id: number; fields: Partial<Fields> }) =>
      dataOf(api.PATCH("/api/v1/priority-lists/{list_id}", { params: { path: { list_id: id } }, body: fields })),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: number) => api.DELETE("/api/v1/priority-lists/{list_id}", { params: { path: { list_id: id } } }),
    onSuccess,
  });
  return { create, change, remove };
}
