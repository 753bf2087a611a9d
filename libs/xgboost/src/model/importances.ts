import type { Model, TreeModel } from './model.js';

/**
 * How much each input counts, summing to 1 (all 0 where no input counts at all). Of trees the total gain of the splits
 * on the input; of a regression the absolute weight of the standardised input, which is |raw weight| × standard
 * deviation.
 */
export function importancesOf(model: Model): Float64Array {
  const raw =
    model.algorithm === 'logistic_regression' ? Float64Array.from(model.weights, Math.abs) : totalGains(model);
  const total = raw.reduce((sum, value) => sum + value, 0);
  return total > 0 ? raw.map((value) => value / total) : raw;
}

function totalGains(model: TreeModel): Float64Array {
  const gains = new Float64Array(model.width);
  for (const tree of model.trees) {
    tree.leftChildren.forEach((left, node) => {
      const input = tree.splitIndices[node];
      if (left !== -1 && input !== undefined) gains[input] = (gains[input] ?? 0) + (tree.lossChanges[node] ?? 0);
    });
  }
  return gains;
}
