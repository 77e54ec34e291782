import { oneOf, search } from "@/shared/routing/search";

/** `way`: how the new community begins. */
export const newCommunitySearch = search({ way: oneOf("example", "import", "build") });
