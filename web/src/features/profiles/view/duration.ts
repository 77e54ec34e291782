/** The load-duration curve: in `hours[i]` of the period the value was at least `values[i]`. */
export interface Duration {
  hours: number[];
  values: number[];
}

/** Values from the highest to the lowest; thinned to `most` points, keeping both ends. */
export function durationOf(values: ArrayLike<number | null>, stepMinutes: number, most = 600): Duration {
  const sorted = Float64Array.from(Array.prototype.filter.call(values, (value) => value !== null) as number[]).sort();
  const count = sorted.length;
  const points = Math.min(count, most);
  const hours: number[] = [];
  const kept: number[] = [];
  for (let point = 0; point < points; point += 1) {
    const rank = points === 1 ? 0 : Math.round((point * (count - 1)) / (points - 1));
    hours.push(((rank + 1) * stepMinutes) / 60);
    kept.push(sorted[count - 1 - rank] as number);
  }
  return { hours, values: kept };
}

/** Where the highest value stands; −1 without values. */
export function peakIndex(values: ArrayLike<number | null>): number {
  let best = -1;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value !== null && value !== undefined && value > high) {
      high = value;
      best = index;
    }
  }
  return best;
}
