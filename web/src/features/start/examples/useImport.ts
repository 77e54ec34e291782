import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { api, dataOf, type Schemas } from "@/shared/api/client";
import { newIdempotencyKey } from "@/shared/api/idempotency";
import { type Example, readExample } from "./files";
import { type Done, type Loaded, loadExample, runRequest, type Step } from "./load";
import { servicesFor } from "./services";

export interface ImportState {
  /** The folder of the example; null before the first import. */
  name: string | null;
  current: Step | null;
  done: Done[];
  loaded: Loaded | null;
  example: Example | null;
  problem: unknown;
}

const BEFORE: ImportState = { name: null, current: null, done: [], loaded: null, example: null, problem: null };

/** Imports one example at a time and says how far it is. */
export function useImport(userId: number) {
  const client = useQueryClient();
  const [state, setState] = useState<ImportState>(BEFORE);
  const start = useCallback(
    async (name: string) => {
      const patch = (change: Partial<ImportState>) => setState((before) => ({ ...before, ...change }));
      setState({ ...BEFORE, name, current: "profiles" });
      try {
        const example = await readExample(name);
        const loaded = await loadExample(
          servicesFor(name, userId),
          example,
          (current) => patch({ current }),
          (done) => setState((before) => ({ ...before, done: [...before.done, done] })),
        );
        patch({ example, loaded, current: null });
      } catch (problem) {
        patch({ problem });
      } finally {
        await client.invalidateQueries({ predicate: ({ queryKey }) => /grids|profiles/.test(String(queryKey[1])) });
      }
    },
    [client, userId],
  );
  return { state, start };
}

/** Starts the example's run; answers its id. */
export async function startRun(example: Example, loaded: Loaded): Promise<number> {
  const body = runRequest(example, loaded) as unknown as Schemas["RunRequest"];
  const run = await dataOf(
    api.POST("/api/v1/runs", { body, params: { header: { "Idempotency-Key": newIdempotencyKey() } } }),
  );
  return (run as Schemas["RunBody"]).id;
}
