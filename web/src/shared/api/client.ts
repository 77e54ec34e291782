import createFetchClient from "openapi-fetch";
import createHooks from "openapi-react-query";
import { accessToken, renew } from "@/shared/session/session";
import { ApiProblem, problemOf } from "./problems";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** Typed calls: `await api.GET("/api/v1/grids/{grid_id}", {params: {path: {grid_id}}})`; a failure throws ApiProblem. */
export const api = createFetchClient<paths>({
  fetch: authorized,
  querySerializer: { array: { style: "form", explode: false } },
});

/** Typed hooks over the same calls: `$api.useQuery("get", "/api/v1/grids")`, `$api.queryOptions(…)`, `$api.useMutation(…)`. */
export const $api = createHooks(api);

/** `fetch` with the caller's token, renewed once when it was refused; every answer that is not 2xx throws ApiProblem. */
export async function authorized(input: Request | string, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const again = request.clone();
  let response = await sendWith(request, await accessToken());
  if (response.status === 401) {
    await renew();
    response = await sendWith(again, await accessToken());
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function sendWith(request: Request, token: string): Promise<Response> {
  request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem({ status: 0 });
  }
}

/** The data of a call; openapi-fetch types it as possibly absent, although a failure has thrown already. */
export async function dataOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** All items of a list that is answered in pages. */
export async function allItems<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor?: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const answer = await page(cursor);
    items.push(...answer.items);
    cursor = answer.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
