import { search, text, whole } from "@/shared/routing/search";

export const daySearch = search({ date: text, node: whole, days: whole });
export const heatmapSearch = search({ node: whole, measure: text });
export const houseSearch = search({ period: text });
export const tradesSearch = search({ date: text, node: whole });
export const compareSearch = search({ runs: text });
