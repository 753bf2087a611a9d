import { toScore } from '@app/features';
import type { HoldoutMetrics } from '@app/model-registry';
import { rankedCounts } from './ranked-counts.js';
import { averagePrecision, rocAuc } from './ranking.js';

/** Probabilities are kept this far from 0 and 1 in the log loss: float32's machine epsilon, as scikit-learn does. */
const EPSILON = 2 ** -23;

/**
 * Measures probabilities against what the rows turned out to be, with scikit-learn's definitions.
 *
 * - A row is called fraud if `toScore(probability) >= threshold`, the same rounding as in scoring.
 * - Nothing to divide by is 0: precision without a row called fraud, recall and average precision without a fraud,
 *   f1 without either (`zero_division=0`). `roc_auc` of a single class is 0.5.
 * - `log_loss`: mean of −ln p(actual), in nats, p clipped to [2⁻²³, 1 − 2⁻²³]. `brier`: mean of (p − label)².
 *
 * @param labels 0 or 1 per row. @param probabilities 0 to 1 per row.
 * @throws RangeError for no rows, differing lengths, a label that is not 0/1, or a probability outside 0–1 or NaN.
 */
export function measure(
  labels: ArrayLike<number>,
  probabilities: Float32Array,
  { threshold }: { readonly threshold: number },
): HoldoutMetrics {
  checkRows(labels, probabilities);
  const rows = labels.length;
  let truePositives = 0;
  let falsePositives = 0;
  let frauds = 0;
  let logLoss = 0;
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const label = labels[row] ?? 0;
    const probability = probabilities[row] ?? 0;
    frauds += label;
    if (toScore(probability) >= threshold) {
      if (label === 1) truePositives++;
      else falsePositives++;
    }
    const clipped = Math.min(Math.max(probability, EPSILON), 1 - EPSILON);
    logLoss -= Math.log(label === 1 ? clipped : 1 - clipped);
    squares += (probability - label) ** 2;
  }
  const falseNegatives = frauds - truePositives;
  const trueNegatives = rows - frauds - falsePositives;
  const ranked = rankedCounts(labels, probabilities);

  return {
    average_precision: averagePrecision(ranked),
    roc_auc: rocAuc(ranked),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, frauds),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    accuracy: (truePositives + trueNegatives) / rows,
    log_loss: logLoss / rows,
    brier: squares / rows,
    confusion: {
      true_positives: truePositives,
      false_positives: falsePositives,
      true_negatives: trueNegatives,
      false_negatives: falseNegatives,
    },
    threshold,
    rows,
    frauds,
  };
}

function checkRows(labels: ArrayLike<number>, probabilities: Float32Array): void {
  if (labels.length === 0) throw new RangeError('There are no rows to measure');
  if (labels.length !== probabilities.length) {
    throw new RangeError(`${labels.length} labels, but ${probabilities.length} probabilities`);
  }
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    const probability = probabilities[row] ?? NaN;
    if (label !== 0 && label !== 1) throw new RangeError(`Label ${label ?? NaN} in row ${row} is neither 0 nor 1`);
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(`Probability ${probability} in row ${row} is not between 0 and 1`);
    }
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
