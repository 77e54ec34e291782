/** Flow through a transformer in either direction, in percent of its capacity. */
export function loadingPercent(flowKw: (number | null)[], capacityKw: number): (number | null)[] {
  if (capacityKw <= 0) return flowKw.map(() => null);
  return flowKw.map((flow) => (flow === null ? null : (100 * Math.abs(flow)) / capacityKw));
}
