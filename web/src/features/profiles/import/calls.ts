import { authorized, type Schemas } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problems";
import type { Inspection, Mapping } from "./draft";

export type Report = Schemas["Report"];
export type Preview = Schemas["Preview"];
export type Stored = Schemas["UploadOut"];

/** A text file's first megabyte tells enough; a Parquet file has its description at its end. */
const HEAD_BYTES = 1 << 20;

export async function inspect(file: File, timezone: string): Promise<Inspection> {
  const head = /\.parquet$/i.test(file.name) ? file : file.slice(0, HEAD_BYTES);
  const form = new FormData();
  form.append("file", head, file.name);
  const query = new URLSearchParams({ timezone });
  const answer = await authorized(`/api/v1/profiles/upload/inspection?${query}`, { method: "POST", body: form });
  return (await answer.json()) as Inspection;
}

/** What a check found: the file is fine, or refused with everything that is wrong. */
export interface Checked {
  errors: { field?: string; message: string }[];
  report: Report | null;
  preview: Preview[];
}

/** Reads the whole file without storing anything. A refused file is an answer here, other problems are thrown. */
export async function check(file: File, mapping: Mapping): Promise<Checked> {
  try {
    const { report, preview } = await send(file, mapping, true);
    return { errors: [], report, preview: preview ?? [] };
  } catch (problem) {
    if (!(problem instanceof ApiProblem && problem.status === 422)) throw problem;
    const { errors, report, preview } = problem.body as typeof problem.body & Partial<Schemas["RefusedOut"]>;
    return { errors: errors ?? [], report: report ?? null, preview: preview ?? [] };
  }
}

export function store(file: File, mapping: Mapping): Promise<Stored> {
  return send(file, mapping, false);
}

async function send(file: File, mapping: Mapping, dryRun: boolean): Promise<Stored> {
  const form = new FormData();
  form.append("file", file, file.name);
  form.append("mapping", JSON.stringify(mapping));
  const answer = await authorized(`/api/v1/profiles/upload?dry_run=${dryRun}`, { method: "POST", body: form });
  return (await answer.json()) as Stored;
}
