import { oneOf, search, text, whole } from "@/shared/routing/search";

export const profilesSearch = search({ type: text, source: text, name: text });
export const profileSearch = search({ view: oneOf("line", "duration", "heatmap"), from: text, to: text });
export const assignmentsSearch = search({ house: whole, type: text });
