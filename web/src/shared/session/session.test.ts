// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/shared/api/problems";

const answer = (status: number, body?: object) => new Response(body ? JSON.stringify(body) : null, { status });
const tokens = (name: string, seconds = 600) =>
  answer(200, { access_token: name, expires_in: seconds, csrf_token: "c" });

async function fresh() {
  vi.resetModules();
  const session = await import("./session");
  const client = await import("@/shared/api/client");
  return { ...session, ...client };
}

let sent: { path: string; method: string; headers: Headers }[];

function replies(...answers: Response[]) {
  sent = [];
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = new Request(
      new URL(typeof input === "string" ? input : input.url, "http://localhost"),
      typeof input === "string" ? init : input,
    );
    sent.push({ path: new URL(request.url).pathname, method: request.method, headers: request.headers });
    const next = answers.shift();
    if (next === undefined) throw new TypeError("network");
    return next;
  });
}

describe("the session", () => {
  beforeEach(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: as the gateway sets it
    document.cookie = "hygge_csrf=c%2B1; path=/";
  });

  it("keeps the token in memory and sends it with each call", async () => {
    const { signIn, authorized, useSession } = await fresh();
    replies(tokens("one"), answer(200, {}));
    await signIn("ada", "secret");
    await authorized("http://localhost/api/v1/grids");
    expect(useSession.getState().status).toBe("signed-in");
    expect(sent.at(-1)?.headers.get("Authorization")).toBe("Bearer one");
    expect(Object.keys(localStorage).join()).not.toContain("token");
  });

  it("renews a token that was refused, once, with the CSRF token of the cookie", async () => {
    const { signIn, authorized } = await fresh();
    replies(tokens("one"), answer(401, {}), tokens("two"), answer(200, {}));
    await signIn("ada", "secret");
    const response = await authorized("http://localhost/api/v1/grids");
    expect(response.status).toBe(200);
    expect(sent.map(({ path }) => path)).toEqual([
      "/api/v1/auth/session",
      "/api/v1/grids",
      "/api/v1/auth/session/refresh",
      "/api/v1/grids",
    ]);
    expect(sent[2]?.headers.get("X-CSRF-Token")).toBe("c+1");
    expect(sent[3]?.headers.get("Authorization")).toBe("Bearer two");
  });

  it("renews before the token ends, and only once for calls side by side", async () => {
    const { signIn, authorized } = await fresh();
    replies(tokens("one", 5), tokens("two"), answer(200, {}), answer(200, {}));
    await signIn("ada", "secret");
    await Promise.all([authorized("http://localhost/api/v1/grids"), authorized("http://localhost/api/v1/runs")]);
    expect(sent.filter(({ path }) => path.endsWith("/refresh"))).toHaveLength(1);
  });

  it("ends when the refresh is refused, and says that it expired", async () => {
    const { signIn, authorized, useSession } = await fresh();
    replies(tokens("one", 1), answer(401, { title: "Not signed in" }));
    await signIn("ada", "secret");
    await expect(authorized("http://localhost/api/v1/grids")).rejects.toMatchObject({ status: 401 });
    expect(useSession.getState()).toMatchObject({ status: "signed-out", ended: "expired" });
  });

  it("does not end when nobody answers", async () => {
    const { signIn, authorized, useSession } = await fresh();
    replies(tokens("one", 1));
    await signIn("ada", "secret");
    await expect(authorized("http://localhost/api/v1/grids")).rejects.toMatchObject({ status: 0 });
    expect(useSession.getState().status).toBe("signed-in");
  });

  it("turns problem documents into errors with their words and Retry-After", async () => {
    const { signIn, authorized } = await fresh();
    const busy = new Response(
      JSON.stringify({ title: "Busy", detail: "Later", errors: [{ field: "a", message: "b" }] }),
      { status: 503, headers: { "Retry-After": "7" } },
    );
    replies(tokens("one"), busy);
    await signIn("ada", "secret");
    const problem = await authorized("http://localhost/api/v1/grids").catch((error: unknown) => error);
    expect(problem).toMatchObject({
      name: "ApiProblem",
      status: 503,
      retryAfterSeconds: 7,
      isPassing: true,
      message: "Later",
    });
  });
});

it("a problem that the request caused is not passing", () => {
  expect(new ApiProblem({ status: 422 }).isPassing).toBe(false);
});
