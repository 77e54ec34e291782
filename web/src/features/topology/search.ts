import { oneOf, search, text, whole } from "@/shared/routing/search";

/** `node`: what is selected, as kind and id (`house-12`). `run`: whose loading the transformers show. */
export const topologySearch = search({ node: text, run: whole, view: oneOf("graph", "outline") });
