/** Serves the example communities of `examples/` with the app, and an index of them, so that a browser can import them. */
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { describeExample, inOrderOf } from "./exampleIndex.ts";

const BASE = "/examples/";

/**
 * Name of the file in the repository → name under which it is served. Neither ends as a compressed copy of another
 * file (.gz), which servers don't give out, or as something that browsers save instead of showing it (.md).
 */
const FILES: Record<string, { name: string; type: string }> = {
  "community.json": { name: "community.json", type: "application/json" },
  "mapping.json": { name: "mapping.json", type: "application/json" },
  "assignments.json": { name: "assignments.json", type: "application/json" },
  "run.json": { name: "run.json", type: "application/json" },
  "profiles.csv.gz": { name: "profiles.csv.gzip", type: "application/octet-stream" },
  "README.md": { name: "README.txt", type: "text/plain; charset=utf-8" },
  "LICENCE.md": { name: "LICENCE.txt", type: "text/plain; charset=utf-8" },
};

export function examples(folder: string): Plugin {
  return {
    name: "hygge-examples",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").split("?")[0] ?? "";
        if (!path.startsWith(BASE)) return next();
        const asked = path.slice(BASE.length);
        if (asked === "index.json") {
          response.setHeader("Content-Type", "application/json");
          response.end(indexOf(folder));
          return;
        }
        const file = published(folder).find(({ name }) => name === asked);
        if (file === undefined) {
          response.statusCode = 404;
          response.end();
          return;
        }
        response.setHeader("Content-Type", file.type);
        createReadStream(file.path).pipe(response);
      });
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: `${BASE.slice(1)}index.json`, source: indexOf(folder) });
      for (const { name, path } of published(folder)) {
        this.emitFile({ type: "asset", fileName: BASE.slice(1) + name, source: readFileSync(path) });
      }
    },
  };
}

function namesOf(folder: string): string[] {
  const found = readdirSync(folder).filter((name) => existsSync(join(folder, name, "community.json")));
  return inOrderOf(readFileSync(join(folder, "README.md"), "utf8"), found);
}

function published(folder: string): { name: string; path: string; type: string }[] {
  return namesOf(folder).flatMap((example) =>
    Object.entries(FILES).map(([file, { name, type }]) => ({
      name: `${example}/${name}`,
      path: join(folder, example, file),
      type,
    })),
  );
}

function indexOf(folder: string): string {
  const entries = namesOf(folder).map((name) => {
    const text = (file: string) => readFileSync(join(folder, name, file), "utf8");
    return describeExample(name, {
      community: JSON.parse(text("community.json")),
      mapping: JSON.parse(text("mapping.json")),
      assignments: JSON.parse(text("assignments.json")),
      run: JSON.parse(text("run.json")),
      readme: text("README.md"),
      licence: text("LICENCE.md"),
      profilesBytes: statSync(join(folder, name, "profiles.csv.gz")).size,
    });
  });
  return JSON.stringify(entries);
}
