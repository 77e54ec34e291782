import { oneOf, search, text, whole } from "@/shared/routing/search";

/** `user`: whose panel is open. */
export const usersSearch = search({ user: whole, role: oneOf("admin", "operator", "viewer", "participant") });
export const auditSearch = search({ event: text, actor: text });
