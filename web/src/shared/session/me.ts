import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { $api, type Schemas } from "@/shared/api/client";
import { useSession } from "./session";

export type Me = Schemas["Me"];

/** The signed-in user with role and grids; not asked for while nobody is signed in. */
export function useMe(): UseQueryResult<Me> {
  const signedIn = useSession((state) => state.status === "signed-in");
  return useQuery({
    ...$api.queryOptions("get", "/api/v1/auth/me"),
    enabled: signedIn,
    staleTime: 60_000,
  }) as UseQueryResult<Me>;
}

/** What the role lets people do at all; the services decide for each grid. */
export function useAbilities() {
  const role = useMe().data?.role;
  return {
    isAdmin: role === "admin",
    /** Makes communities, profiles and runs. */
    mayOperate: role === "admin" || role === "operator",
    /** A household: sees its own houses only. */
    isHousehold: role === "participant",
  };
}
