import { oneOf, search, text, whole } from "@/shared/routing/search";

export const VIEWS = ["line", "duration", "heatmap"] as const;

export const profilesSearch = search({ type: text, source: text, name: text });
export const profileSearch = search({ view: oneOf(...VIEWS), from: text, to: text, zone: text });
export const buildSearch = search({ builder: text });
export const assignmentsSearch = search({
  house: whole,
  type: text,
  flag: text,
  kind: text,
  name: text,
  only: oneOf("empty"),
});
