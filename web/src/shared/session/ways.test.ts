import { afterEach, describe, expect, it, vi } from "vitest";
import { failure, providerAddress, waysToSignIn } from "./ways";

afterEach(() => vi.unstubAllGlobals());

describe("the ways to sign in", () => {
  it("are what the gateway says", async () => {
    const told = { local_passwords: false, provider: true, label: "Town", start_path: "/s", logout_path: "/l" };
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify(told)));
    expect(await waysToSignIn()).toEqual(told);
  });

  it("are passwords when nobody answers", async () => {
    vi.stubGlobal("fetch", async () => new Response(null, { status: 503 }));
    expect((await waysToSignIn()).local_passwords).toBe(true);
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("network")));
    expect((await waysToSignIn()).provider).toBe(false);
  });

  it("lead back to where one wanted to go", () => {
    expect(providerAddress("/start", "/runs?state=failed&node=3")).toBe(
      "/start?return_to=%2Fruns%3Fstate%3Dfailed%26node%3D3",
    );
    expect(providerAddress("/start", undefined)).toBe("/start?return_to=%2F");
  });

  it("tell why one failed, in words that are known", () => {
    expect(failure("conflict")).toBe("conflict");
    expect(failure("made-up")).toBe("other");
    expect(failure(undefined)).toBeUndefined();
    expect(failure("")).toBeUndefined();
  });
});
