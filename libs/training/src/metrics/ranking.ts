import { type RankedCounts } from './ranked-counts.js';

/**
 * Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct probabilities, highest first; a sum of steps without
 * interpolation, as scikit-learn's `average_precision_score`. Without a fraud: 0.
 */
export function averagePrecision({ truePositives, falsePositives }: RankedCounts): number {
  const frauds = truePositives.at(-1) ?? 0;
  if (frauds === 0) return 0;
  let sum = 0;
  let previous = 0;
  for (let cut = 0; cut < truePositives.length; cut++) {
    const found = truePositives[cut] ?? 0;
    sum += (found - previous) * (found / (found + (falsePositives[cut] ?? 0)));
    previous = found;
  }
  return sum / frauds;
}

/**
 * Area under the ROC curve by trapezoids: the chance that a random fraud ranks above a random legitimate row, equal
 * probabilities counted half. Where one of the two is absent there is no such pair: 0.5, as a guess would have.
 */
export function rocAuc({ truePositives, falsePositives }: RankedCounts): number {
  const pairs = (truePositives.at(-1) ?? 0) * (falsePositives.at(-1) ?? 0);
  if (pairs === 0) return 0.5;
  let area = 0;
  let previousFound = 0;
  let previousFalse = 0;
  for (let cut = 0; cut < truePositives.length; cut++) {
    const found = truePositives[cut] ?? 0;
    const wrong = falsePositives[cut] ?? 0;
    area += ((wrong - previousFalse) * (found + previousFound)) / 2;
    previousFound = found;
    previousFalse = wrong;
  }
  return area / pairs;
}
