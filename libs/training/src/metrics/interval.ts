import type { Interval } from '@app/model-registry';

/** Type-7 quantile (numpy's default) of ascending values. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (place - below) * (high - low);
}

export function percentileInterval(values: Float64Array, confidence: number): Interval {
  const sorted = values.slice().sort();
  const tail = (1 - confidence) / 2;
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}
