import type { Schemas } from "@/shared/api/client";

export type SignInWays = Schemas["SignInWays"];

const ONLY_PASSWORDS: SignInWays = {
  local_passwords: true,
  provider: false,
  label: null,
  start_path: null,
  logout_path: null,
};

/** How one signs in here; asked without a token. A form that may not work is better than no form. */
export async function waysToSignIn(): Promise<SignInWays> {
  try {
    const response = await fetch("/api/v1/auth/oidc", { headers: { Accept: "application/json" } });
    return response.ok ? ((await response.json()) as SignInWays) : ONLY_PASSWORDS;
  } catch {
    return ONLY_PASSWORDS;
  }
}

/** Where the browser goes to sign in at the provider; it comes back to `next`. */
export function providerAddress(startPath: string, next: string | undefined): string {
  return `${startPath}?${new URLSearchParams({ return_to: next ?? "/" })}`;
}

/** Why signing in at the provider failed, as the gateway's address of the sign-in page tells it. */
export const FAILURES = ["bad-request", "not-authenticated", "not-allowed", "conflict", "unavailable"] as const;
export type Failure = (typeof FAILURES)[number] | "other";

export function failure(value: unknown): Failure | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return FAILURES.find((known) => known === value) ?? "other";
}
