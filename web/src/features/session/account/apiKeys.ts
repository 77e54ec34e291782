import { useQuery, useQueryClient } from "@tanstack/react-query";
import { $api, allItems, api, dataOf, type Schemas } from "@/shared/api/client";

export type ApiKey = Schemas["ApiKeyView"];

const KEYS = ["get", "/api/v1/users/me/api-keys", "all"];
/** How long a key may live, in days. */
export const LIVES = ["7", "30", "90", "365"];

/** As many communities as one key is bound to at most. */
export const MAX_GRIDS = 100;

export function useApiKeys() {
  return useQuery({
    queryKey: KEYS,
    queryFn: () =>
      allItems((cursor) =>
        dataOf(api.GET("/api/v1/users/me/api-keys", { params: { query: { limit: 1000, cursor } } })),
      ),
  });
}

/** The communities that a key can be bound to. */
export function useOwnGrids(enabled: boolean) {
  return useQuery({
    queryKey: ["get", "/api/v1/grids", "all"],
    queryFn: () =>
      allItems((cursor) => dataOf(api.GET("/api/v1/grids", { params: { query: { limit: 1000, cursor } } }))),
    enabled,
  });
}

export function useCreateApiKey() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: KEYS });
  return $api.useMutation("post", "/api/v1/users/me/api-keys", { onSuccess });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: KEYS });
  return $api.useMutation("delete", "/api/v1/users/me/api-keys/{key_id}", { onSuccess });
}
