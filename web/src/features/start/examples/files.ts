import { problemOf } from "@/shared/api/problems";
import type { ExampleEntry } from "../../../../plugins/exampleIndex";

export type { ExampleEntry };

/** What an example's folder holds; see examples/README.md. */
export interface Example {
  document: { name: string; [key: string]: unknown };
  mapping: { series: { name: string; [key: string]: unknown }[]; [key: string]: unknown };
  assignments: { house: string; profile: string; scale: number }[];
  run: { name: string; [key: string]: unknown };
}

/** The examples that are served beside the app. */
export function readIndex(signal: AbortSignal): Promise<ExampleEntry[]> {
  return readJson("/examples/index.json", signal);
}

export async function readExample(name: string): Promise<Example> {
  const [document, mapping, assignments, run] = await Promise.all([
    readJson<Example["document"]>(`/examples/${name}/community.json`),
    readJson<Example["mapping"]>(`/examples/${name}/mapping.json`),
    readJson<Example["assignments"]>(`/examples/${name}/assignments.json`),
    readJson<Example["run"]>(`/examples/${name}/run.json`),
  ]);
  return { document, mapping, assignments, run };
}

/** The series of an example, named for what it is: a compressed CSV file. */
export async function readProfiles(name: string): Promise<File> {
  const response = await read(`/examples/${name}/profiles.csv.gzip`);
  return new File([await response.blob()], "profiles.csv.gz", { type: "application/gzip" });
}

async function readJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await read(path, signal)).json() as Promise<T>;
}

async function read(path: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(path, { signal });
  if (!response.ok) throw await problemOf(response);
  return response;
}
