import { allItems, api, authorized, dataOf, type Schemas } from "@/shared/api/client";
import { newIdempotencyKey } from "@/shared/api/idempotency";
import { readProfiles } from "./files";
import type { Services, Tree } from "./load";

/** The real services, for the example of a folder. */
export function servicesFor(folder: string, userId: number): Services {
  const key = newIdempotencyKey();
  return {
    profilesNamed: async (names) => {
      const profiles = await allItems((cursor) =>
        dataOf(api.GET("/api/v1/profiles", { params: { query: { limit: 1000, cursor } } })),
      );
      return profiles.filter((profile) => names.has(profile.name));
    },
    upload: async (mapping) => {
      const body = new FormData();
      body.set("file", await readProfiles(folder));
      body.set("mapping", JSON.stringify(mapping));
      const response = await authorized("/api/v1/profiles/upload", { method: "POST", body });
      return ((await response.json()) as Schemas["UploadOut"]).profiles;
    },
    gridNamed: async (name) => {
      const grids = await allItems((cursor) =>
        dataOf(api.GET("/api/v1/grids", { params: { query: { limit: 1000, cursor } } })),
      );
      return presentGrid(grids, name, userId)?.id ?? null;
    },
    importDocument: async (document) =>
      treeOf(
        await dataOf(
          api.POST("/api/v1/grids/import", {
            body: document as Schemas["Document"],
            params: { header: { "Idempotency-Key": key } },
          }),
        ),
      ),
    tree: async (gridId) =>
      treeOf(await dataOf(api.GET("/api/v1/grids/{grid_id}/topology", { params: { path: { grid_id: gridId } } }))),
    assignments: (gridId) =>
      allItems((cursor) =>
        dataOf(
          api.GET("/api/v1/grids/{grid_id}/assignments", {
            params: { path: { grid_id: gridId }, query: { limit: 1000, cursor } },
          }),
        ),
      ).then((rows) => rows.map(({ house_id, profile_id, scale }) => ({ house_id, profile_id, scale }))),
    putAssignments: async (gridId, rows) => {
      await api.PUT("/api/v1/grids/{grid_id}/assignments", { params: { path: { grid_id: gridId } }, body: rows });
    },
  };
}

/** The community that an import of this name goes on with: the caller's own, else one that they may change. */
export function presentGrid<Grid extends Pick<Schemas["Grid"], "name" | "access" | "created_by">>(
  grids: Grid[],
  name: string,
  userId: number,
): Grid | null {
  const named = grids.filter((grid) => grid.name === name && grid.access === "operate");
  return named.find((grid) => grid.created_by === userId) ?? named[0] ?? null;
}

/** An answered document has the ids of what was stored. */
function treeOf(document: Schemas["Document"]): Tree {
  return {
    id: Number(document.id),
    transformers: document.transformers.map(({ houses }) => ({
      houses: houses.map(({ id, name }) => ({ id: Number(id), name })),
    })),
  };
}
