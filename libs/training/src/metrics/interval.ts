import type { Interval } from '@app/model-registry';
import { normalBelow, normalQuantile, tQuantile } from './distributions.js';

/** A bias further than this from the middle (in standard deviations) is not corrected for any further. */
const MOST_BIAS = 2.5;

/**
 * Bias-corrected percentile interval (Efron 1981) of a figure, its tails widened for few independent observations as
 * Hesterberg 2015 (*What Teachers Should Know About the Bootstrap*, section 5) does: at Φ(−t √(n / (n − 1))) with
 * Student's t of n − 1 degrees of freedom. A resample repeats frauds, which flatters average precision and the like;
 * hence the correction. It holds the figure itself, which a bias may put beside all resamples.
 *
 * @param drawn the figure of each resample @param independent units that the figure hangs on, see `scarceUnits`
 */
export function percentileInterval(
  figure: number,
  drawn: Float64Array,
  confidence: number,
  independent: number,
): Interval {
  const sorted = drawn.slice().sort();
  const bias = biasOf(figure, sorted);
  const reach = reachOf(confidence, independent);
  return [
    Math.min(figure, quantile(sorted, normalBelow(2 * bias - reach))),
    Math.max(figure, quantile(sorted, normalBelow(2 * bias + reach))),
  ];
}

/**
 * Interval of a difference: ± t √(n / (n − 1)) standard errors of the resamples, t of n − 1 degrees of freedom. With few
 * frauds it errs less often than percentiles, which put the lower end of no difference above 0 two to three times as
 * often as they should (docs/decisions/0033).
 */
export function differenceInterval(
  difference: number,
  drawn: Float64Array,
  confidence: number,
  independent: number,
): [low: number, high: number] {
  if (independent < 2) return [-Infinity, Infinity];
  const reach = reachOf(confidence, independent) * deviation(drawn);
  return [difference - reach, difference + reach];
}

/** How many standard errors a two-sided interval of the mean of n observations reaches from it; endless for n < 2. */
function reachOf(confidence: number, observations: number): number {
  if (observations < 2) return Infinity;
  return tQuantile((1 + confidence) / 2, observations - 1) * Math.sqrt(observations / (observations - 1));
}

/** The normal quantile of the share of resamples below the figure: 0 without a bias. */
function biasOf(figure: number, sorted: Float64Array): number {
  let below = 0;
  for (let at = 0; at < sorted.length; at++) {
    const value = sorted[at] ?? NaN;
    if (value < figure) below += 1;
    else if (value === figure) below += 0.5;
  }
  return Math.min(MOST_BIAS, Math.max(-MOST_BIAS, normalQuantile(below / sorted.length)));
}

/** By straight lines between the ranks, as numpy's default. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (place - below) * (high - low);
}

function deviation(values: Float64Array): number {
  let mean = 0;
  for (let at = 0; at < values.length; at++) mean += (values[at] ?? 0) / values.length;
  let squares = 0;
  for (let at = 0; at < values.length; at++) squares += ((values[at] ?? 0) - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
