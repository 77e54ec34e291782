import { search, text, whole } from "@/shared/routing/search";

export const runsSearch = search({ status: text, grid: whole, tag: text });
export const newRunSearch = search({ grid: whole, from: whole });
export const sweepsSearch = search({ grid: whole });
export const newSweepSearch = search({ grid: whole, from: whole });
