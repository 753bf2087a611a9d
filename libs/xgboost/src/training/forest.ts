/** Mean label where a fraud counts `fraudWeight` times: where a forest's trees begin. In float32. */
export function meanLabel(labels: Float32Array, fraudWeight: number): number {
  let frauds = 0;
  for (const label of labels) frauds += label;
  const weighted = frauds * fraudWeight;
  return Math.fround(weighted / (weighted + labels.length - frauds));
}

/**
 * Gradient and hessian of half the squared error at `start`: a leaf grown on them is the mean label of its rows minus
 * `start`, so that the mean over the trees is the classical forest's probability.
 */
export function forestGradient(
  labels: Float32Array,
  start: number,
  fraudWeight: number,
): { gradient: Float32Array; hessian: Float32Array } {
  const hessian = labels.map((label) => (label === 1 ? fraudWeight : 1));
  return { gradient: labels.map((label, row) => (start - label) * (hessian[row] ?? 1)), hessian };
}
