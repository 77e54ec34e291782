import { SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMe } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { useGrids } from "../queries";
import { ExampleCard } from "./ExampleCard";
import { readIndex } from "./files";
import { presentGrid } from "./services";
import { useImport } from "./useImport";

/** Communities on real data, ready to be imported and run. */
export function Examples() {
  const userId = useMe().data?.id ?? 0;
  const index = useQuery({
    queryKey: ["examples"],
    queryFn: ({ signal }) => readIndex(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const grids = useGrids();
  const { state, start } = useImport(userId);
  const busy = state.current !== null && state.problem === null;
  return (
    <Awaited query={index} height={480}>
      {(examples) => (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          {examples.map((entry) => (
            <ExampleCard
              key={entry.name}
              entry={entry}
              present={presentGrid(grids.data ?? [], entry.title, userId)}
              progress={state.name === entry.name ? state : null}
              disabled={busy || grids.isPending}
              onImport={() => void start(entry.name)}
            />
          ))}
        </SimpleGrid>
      )}
    </Awaited>
  );
}
