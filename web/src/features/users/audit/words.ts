import type { Schemas } from "@/shared/api/client";

export type Entry = Schemas["AuditEntry"];
export type Event = Schemas["Event"];

export const EVENTS: Event[] = [
  "login_succeeded",
  "login_failed",
  "logout",
  "password_changed",
  "refresh_token_reused",
  "user_registered",
  "user_created",
  "user_changed",
  "user_deleted",
  "grant_given",
  "grant_taken",
  "service_token_issued",
  "service_token_refused",
  "login_locked",
  "login_unlocked",
  "identity_linked",
  "identity_unlinked",
  "api_key_created",
  "api_key_revoked",
  "service_account_created",
  "service_account_changed",
  "service_account_rotated",
  "service_account_deleted",
];

/** What an administrator should look at. */
export const ALARMING = new Set<Event>([
  "login_failed",
  "login_locked",
  "refresh_token_reused",
  "service_token_refused",
]);

export function isEvent(word: string | undefined): word is Event {
  return EVENTS.some((event) => event === word);
}

/** `user:7` → kind and number; anything else as it is. */
export function subjectOf(subject: string | null): { kind: "user" | "session"; id: number } | { text: string } | null {
  if (subject === null) return null;
  const found = /^(user|session):(\d+)$/.exec(subject);
  if (found === null) return { text: subject };
  return { kind: found[1] === "user" ? "user" : "session", id: Number(found[2]) };
}

/** The particulars of an entry in a line: `role: viewer, fields: email, role`. */
export function detailsOf(details: Entry["details"]): string {
  return Object.entries(details)
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(", ") : plain(value)}`)
    .join("; ");
}

function plain(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
