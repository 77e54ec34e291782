import { oneOf, search, text, whole } from "@/shared/routing/search";

export const daySearch = search({ date: text, node: whole, days: whole });
export const heatmapSearch = search({ node: whole, measure: text });
export const houseSearch = search({ period: text });
export const tradesSearch = search({
  date: text,
  node: whole,
  group: oneOf("house", "transformer", "flag", "type"),
  pool: whole,
});
/** `runs`: ids; `show`: names of the charted indicators, both separated by commas; `month`: the one drawn by month. */
export const compareSearch = search({ runs: text, show: text, month: text, all: oneOf("yes") });
export const transformersSearch = search({ node: whole });
export const housesSearch = search({ flag: text, transformer: whole });
