/** Progress as it was seen at a time. */
export interface Sighting {
  atMs: number;
  progress: number;
}

/** Less than this tells nothing about the pace. */
const LEAST_PROGRESS = 0.03;
const LEAST_MS = 2_000;

/** Seconds until the end at the pace since the first sighting; null while that can't be told. */
export function remainingSeconds(first: Sighting | null, now: Sighting): number | null {
  if (first === null) return null;
  const [gained, passed] = [now.progress - first.progress, now.atMs - first.atMs];
  if (gained < LEAST_PROGRESS || passed < LEAST_MS) return null;
  return ((passed / gained) * Math.max(0, 1 - now.progress)) / 1000;
}
