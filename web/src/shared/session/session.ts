import { create } from "zustand";
import { ApiProblem, problemOf } from "@/shared/api/problems";

/**
 * Who is signed in. The access token lives in this module's memory only; the refresh token is an httpOnly cookie that
 * no script can read. A page that is loaded anew asks for a fresh access token with that cookie.
 */
interface SessionState {
  /** `unknown` until the first refresh has been answered. */
  status: "unknown" | "signed-out" | "signed-in";
  /** Why the session ended, for the sign-in page. */
  ended: "expired" | "signed-out" | null;
}

interface SessionAnswer {
  access_token: string;
  expires_in: number;
  csrf_token: string;
}

const SESSION = "/api/v1/auth/session";
const CSRF_COOKIE = "hygge_csrf";
/** A token that ends within this time is renewed before it is used. */
const MARGIN_MS = 20_000;

export const useSession = create<SessionState>()(() => ({ status: "unknown", ended: null }));

let token: { value: string; endsAt: number } | null = null;
let renewal: Promise<void> | null = null;

/** Signs in; throws ApiProblem when the credentials are wrong or the service can't be reached. */
export function signIn(username: string, password: string): Promise<void> {
  return open(SESSION, { username, password });
}

/** Makes a household's account and signs it in. */
export function register(account: {
  username: string;
  password: string;
  email?: string;
  display_name?: string;
}): Promise<void> {
  return open(`${SESSION}/registration`, account);
}

/** Ends the session here and at the gateway. */
export async function signOut(): Promise<void> {
  try {
    await send("DELETE", SESSION);
  } finally {
    forget("signed-out");
  }
}

/** At the start of the page: is there a session to go on with? */
export async function resume(): Promise<void> {
  if (csrfToken() === null) {
    forget(null);
    return;
  }
  try {
    await renew();
  } catch (problem) {
    if (!(problem instanceof ApiProblem && problem.status === 401)) throw problem;
    forget(null);
  }
}

/** A token that still holds for a while; throws ApiProblem 401 when the session has ended. */
export async function accessToken(): Promise<string> {
  if (token === null || token.endsAt - MARGIN_MS < Date.now()) await renew();
  if (token === null) throw new ApiProblem({ status: 401, title: "Signed out" });
  return token.value;
}

/** Gets the next token. One request at a time in this page, and by a lock in all pages of this browser. */
export function renew(): Promise<void> {
  renewal ??= exchange().finally(() => {
    renewal = null;
  });
  return renewal;
}

async function exchange(): Promise<void> {
  try {
    await locked(async () => accept(await send("POST", `${SESSION}/refresh`)));
  } catch (problem) {
    if (problem instanceof ApiProblem && (problem.status === 401 || problem.status === 403)) {
      forget(useSession.getState().status === "signed-in" ? "expired" : null);
      throw new ApiProblem({ ...problem.body, status: 401 });
    }
    throw problem;
  }
}

/** Refresh tokens work once, so two pages must not send the same one. */
function locked<T>(work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? (navigator.locks.request("hygge-session", work) as Promise<T>) : work();
}

async function open(path: string, body: object): Promise<void> {
  accept(await send("POST", path, body));
}

function accept(answer: SessionAnswer | null): void {
  if (answer === null) return;
  token = { value: answer.access_token, endsAt: Date.now() + answer.expires_in * 1000 };
  useSession.setState({ status: "signed-in", ended: null });
}

function forget(why: SessionState["ended"]): void {
  token = null;
  useSession.setState({ status: "signed-out", ended: why });
}

async function send(method: string, path: string, body?: object): Promise<SessionAnswer | null> {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const csrf = csrfToken();
  if (csrf !== null) headers.set("X-CSRF-Token", csrf);
  let response: Response;
  try {
    response = await fetch(path, { method, headers, credentials: "same-origin", body: body && JSON.stringify(body) });
  } catch {
    throw new ApiProblem({ status: 0 });
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : ((await response.json()) as SessionAnswer);
}

function csrfToken(): string | null {
  const pair = document.cookie.split("; ").find((part) => part.startsWith(`${CSRF_COOKIE}=`));
  return pair ? decodeURIComponent(pair.slice(CSRF_COOKIE.length + 1)) : null;
}
