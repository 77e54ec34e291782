import { oneOf, search, text, whole } from "@/shared/routing/search";

const status = oneOf("queued", "running", "succeeded", "failed", "cancelled");

/** `sweeps`: also the runs of sweeps. */
export const runsSearch = search({ status, grid: whole, tag: text, sweeps: oneOf("show") });
export const newRunSearch = search({ grid: whole, from: whole });
export const sweepsSearch = search({ grid: whole });
/** `from`: a sweep to copy. `base`: a run whose parameters all runs have in common. */
export const newSweepSearch = search({ grid: whole, from: whole, base: whole });
/** What a sweep's chart shows: its kind, indicators (`x`, `y`) and varied entries (`across`, `up`). */
export const sweepSearch = search({
  chart: oneOf("bars", "scatter", "heatmap"),
  x: text,
  y: text,
  across: text,
  up: text,
});
