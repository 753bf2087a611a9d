import type { Targets } from './request.js';

/** Mean label by the rows' weights, where a fraud counts `fraudWeight` times: where a forest's trees begin. In float32. */
export function meanLabel({ labels, weights }: Targets, fraudWeight: number): number {
  let frauds = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const weight = weights?.[row] ?? 1;
    frauds += (labels[row] ?? 0) * weight;
    total += weight;
  }
  const weighted = frauds * fraudWeight;
  return Math.fround(weighted / (weighted + total - frauds));
}

/**
 * Gradient and hessian of half the squared error at `start`: a leaf grown on them is the mean label of its rows minus
 * `start`, so that the mean over the trees is the classical forest's probability. A row counts by its weight.
 */
export function forestGradient(
  { labels, weights }: Targets,
  start: number,
  fraudWeight: number,
): { gradient: Float32Array; hessian: Float32Array } {
  const hessian = labels.map((label, row) => (label === 1 ? fraudWeight : 1) * (weights?.[row] ?? 1));
  return { gradient: labels.map((label, row) => (start - label) * (hessian[row] ?? 1)), hessian };
}
