import { search, text } from "@/shared/routing/search";

export const auditSearch = search({ event: text, actor: text });
