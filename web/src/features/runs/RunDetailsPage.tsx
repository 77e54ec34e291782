import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type Run, runQuery } from "@/shared/runs/queries";
import { Awaited } from "@/shared/ui/Awaited";
import { Fingerprints } from "./details/Fingerprints";
import { ParameterList } from "./details/ParameterList";
import { ProofTable } from "./details/ProofTable";
import { TimingsBar } from "./details/TimingsBar";
import { useAreGridsKnown, useGridOf } from "./queries";

const route = getRouteApi("/inside/runs/$runId/details");

/** How a run came about: parameters, versions, times, proof. */
export function RunDetailsPage() {
  const { runId } = route.useParams();
  const query = useQuery({ ...runQuery(runId), staleTime: 60_000 }) as UseQueryResult<Run>;
  const gridOf = useGridOf();
  const isKnown = useAreGridsKnown();
  if (!isKnown) return <Skeleton h={640} aria-busy="true" />;
  return (
    <Awaited query={query} height={640}>
      {(run) => {
        const grid = gridOf(run.grid_id);
        return (
          <Stack gap="md">
            <ParameterList run={run} currency={grid?.currency ?? "EUR"} />
            <ProofTable runId={runId} />
            <TimingsBar run={run} />
            <Fingerprints run={run} timezone={grid?.timezone ?? "UTC"} />
          </Stack>
        );
      }}
    </Awaited>
  );
}
