import type { ReliabilityBin } from '@app/model-registry';
import type { RankedRows } from './ranked-rows.js';

/**
 * Bins of the reliability curve: of equal weight, because most probabilities of rare frauds lie near 0 and bins of equal
 * width would leave all but one next to empty. Fifteen and not ten: what matters is in the highest bins.
 */
const BINS = 15;

/** Probabilities are kept this far from 0 and 1 in a log loss: float32's machine epsilon, as scikit-learn does. */
export const EPSILON = 2 ** -23;

/** The log loss of a row that is surely wrong. */
export const MOST_LOG_LOSS = -Math.log(EPSILON);

/** Per group of the ranking what does not change from resample to resample. */
export interface ProbabilityTerms {
  readonly probabilities: Float64Array;
  /** −ln p and −ln (1 − p), in nats. */
  readonly fraudLoss: Float64Array;
  readonly legitimateLoss: Float64Array;
  /** The last group of each bin, first the bin of the highest probabilities. */
  readonly binEnds: readonly number[];
}

/** @param sums see `sumGroups`, each row once: a bin ends with the group that reaches its share of the weight. */
export function probabilityTerms({ probabilities, groups }: RankedRows, sums: Float64Array): ProbabilityTerms {
  const fraudLoss = new Float64Array(groups);
  const legitimateLoss = new Float64Array(groups);
  let total = 0;
  for (let group = 0; group < groups; group++) {
    const clipped = Math.min(Math.max(probabilities[group] ?? 0, EPSILON), 1 - EPSILON);
    fraudLoss[group] = -Math.log(clipped);
    legitimateLoss[group] = -Math.log(1 - clipped);
    total += weightOf(sums, group);
  }
  const binEnds: number[] = [];
  let reached = 0;
  let bin = 1;
  for (let group = 0; group < groups; group++) {
    reached += weightOf(sums, group);
    if (group < groups - 1 && reached * BINS < bin * total) continue;
    binEnds.push(group);
    bin = Math.floor((reached * BINS) / total) + 1;
  }
  return { probabilities, fraudLoss, legitimateLoss, binEnds };
}

/**
 * - `log_loss`: mean of −ln p(actual), in nats, p clipped to [2⁻²³, 1 − 2⁻²³]. `brier`: mean of (p − label)².
 * - `calibration_error`: Σ over the bins of their share of the weight × |mean probability − share of frauds|.
 */
export function probabilityFigures(
  sums: Float64Array,
  { probabilities, fraudLoss, legitimateLoss, binEnds }: ProbabilityTerms,
): { readonly log_loss: number; readonly brier: number; readonly calibration_error: number } {
  let total = 0;
  let losses = 0;
  let squares = 0;
  let strays = 0;
  let group = 0;
  for (const end of binEnds) {
    let stray = 0;
    for (; group <= end; group++) {
      const legitimate = sums[2 * group] ?? 0;
      const frauds = sums[2 * group + 1] ?? 0;
      const probability = probabilities[group] ?? 0;
      total += legitimate + frauds;
      losses += frauds * (fraudLoss[group] ?? 0) + legitimate * (legitimateLoss[group] ?? 0);
      squares += frauds * (1 - probability) ** 2 + legitimate * probability ** 2;
      stray += (legitimate + frauds) * probability - frauds;
    }
    strays += Math.abs(stray);
  }
  return { log_loss: losses / total, brier: squares / total, calibration_error: strays / total };
}

/** The reliability curve, lowest probabilities first. Bins without weight are left out. */
export function reliabilityBins(
  ranked: RankedRows,
  sums: Float64Array,
  { probabilities, binEnds }: ProbabilityTerms,
): ReliabilityBin[] {
  const bins: ReliabilityBin[] = [];
  const rows = rowsPerGroup(ranked);
  let group = 0;
  for (const end of binEnds) {
    const first = group;
    let [weight, frauds, mass, count] = [0, 0, 0, 0];
    for (; group <= end; group++) {
      weight += weightOf(sums, group);
      frauds += sums[2 * group + 1] ?? 0;
      mass += weightOf(sums, group) * (probabilities[group] ?? 0);
      count += rows[group] ?? 0;
    }
    if (weight === 0) continue;
    const [from = 0, to = 0] = [probabilities[end], probabilities[first]];
    bins.push({ from, to, mean_probability: mass / weight, fraud_share: frauds / weight, rows: count, weight });
  }
  return bins.reverse();
}

function weightOf(sums: Float64Array, group: number): number {
  return (sums[2 * group] ?? 0) + (sums[2 * group + 1] ?? 0);
}

function rowsPerGroup({ slots, groups }: RankedRows): Uint32Array {
  const rows = new Uint32Array(groups);
  for (let position = 0; position < slots.length; position++) {
    const group = (slots[position] ?? 0) >>> 1;
    rows[group] = (rows[group] ?? 0) + 1;
  }
  return rows;
}
