import type { ConfusionMatrix } from '@app/model-registry';

/** Figures of the order of the rows, or of a cut through it. */
export interface RankingFigures {
  readonly average_precision: number;
  readonly roc_auc: number;
  readonly ks: number;
  readonly recall_at_fpr_0_001: number;
  readonly recall_at_fpr_0_01: number;
  /** In the order of {@link PRECISION_AT}. */
  readonly precisions: readonly number[];
  readonly confusion: ConfusionMatrix;
}

export const PRECISION_AT: readonly number[] = [100, 500, 1_000];

/** Sums of decimal weights stray in their last bits: a false positive rate of 0.001 is not missed for that. */
const ROUNDING = 1 + 1e-9;

/**
 * One walk down the ranking, groups of equal probability at a time.
 *
 * - `average_precision`: Σ (Rₙ − Rₙ₋₁) Pₙ, a sum of steps without interpolation. Without a fraud: 0.
 * - `roc_auc`: the area by trapezoids: the chance that a fraud ranks above a legitimate row, ties counted half. 0.5 if
 *   one of the two is absent.
 * - `ks`: the largest recall − false positive rate, 0 at least: the one-sided Kolmogorov–Smirnov distance, so that a
 *   ranking upside down gets 0.
 * - `recall_at_fpr_…`: the largest recall of a cut whose false positive rate does not exceed 0.1 % or 1 %.
 * - `precisions`: share of frauds in the first k of weight. What the last group has too much counts in proportion, as
 *   its mean over all orders of equals.
 *
 * @param sums see `sumGroups`; groups of no weight change nothing
 * @param called how many groups, from the first, are called fraud
 */
export function rankingFigures(sums: Float64Array, groups: number, called: number): RankingFigures {
  let frauds = 0;
  let legitimate = 0;
  for (let group = 0; group < groups; group++) {
    legitimate += sums[2 * group] ?? 0;
    frauds += sums[2 * group + 1] ?? 0;
  }
  const allowed = [0.001 * legitimate * ROUNDING, 0.01 * legitimate * ROUNDING] as const;
  const within = [0, 0];
  const precisions = PRECISION_AT.map(() => NaN);
  let k = 0;
  let found = 0;
  let wrong = 0;
  let area = 0;
  let steps = 0;
  let lead = 0;
  let calledRight = 0;
  let calledWrong = 0;
  for (let group = 0; group < groups; group++) {
    const addedWrong = sums[2 * group] ?? 0;
    const added = sums[2 * group + 1] ?? 0;
    if (added === 0 && addedWrong === 0) continue;
    const before = found + wrong;
    area += addedWrong * (found + added / 2);
    found += added;
    wrong += addedWrong;
    if (added > 0) steps += added * (found / (found + wrong));
    lead = Math.max(lead, found * legitimate - wrong * frauds);
    if (wrong <= allowed[1]) within[1] = found;
    if (wrong <= allowed[0]) within[0] = found;
    for (let end = PRECISION_AT[k]; end !== undefined && found + wrong >= end; end = PRECISION_AT[++k]) {
      precisions[k] = (found - added + ((end - before) * added) / (added + addedWrong)) / end;
    }
    if (group < called) {
      calledRight = found;
      calledWrong = wrong;
    }
  }
  return {
    average_precision: ratio(steps, frauds),
    roc_auc: frauds * legitimate === 0 ? 0.5 : area / (frauds * legitimate),
    ks: ratio(lead, frauds * legitimate),
    recall_at_fpr_0_001: ratio(within[0] ?? 0, frauds),
    recall_at_fpr_0_01: ratio(within[1] ?? 0, frauds),
    precisions,
    confusion: {
      true_positives: calledRight,
      false_positives: calledWrong,
      true_negatives: legitimate - calledWrong,
      false_negatives: frauds - calledRight,
    },
  };
}

/** What the confusion matrix says at the threshold. Nothing to divide by is 0, as with `zero_division=0`. */
export function thresholdFigures(
  confusion: ConfusionMatrix,
): Record<'precision' | 'recall' | 'f1' | 'accuracy', number> {
  const { true_positives: right, false_positives: wrong, true_negatives: passed, false_negatives: missed } = confusion;
  return {
    precision: ratio(right, right + wrong),
    recall: ratio(right, right + missed),
    f1: ratio(2 * right, 2 * right + wrong + missed),
    accuracy: ratio(right + passed, right + wrong + passed + missed),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
