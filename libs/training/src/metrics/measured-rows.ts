/** Rows to measure, all arrays of one length. */
export interface MeasuredRows {
  /** 0 or 1. */
  readonly labels: Uint8Array;
  /** 0 to 1, that a row is a fraud. */
  readonly probabilities: Float32Array;
  /** How many rows each stands for, finite and at least 0, not all 0. Null: one. */
  readonly weights?: Float64Array | null;
  /** A code per customer or the like: rows of one belong together. */
  readonly entities?: Int32Array | null;
  /** Seconds since 1970 UTC. */
  readonly times?: Float64Array | null;
  /** What letting a row through costs if it is a fraud. */
  readonly costs?: Float64Array | null;
}

/** @throws RangeError for what {@link MeasuredRows} does not allow */
export function checkRows(rows: MeasuredRows): void {
  const { labels, probabilities, weights } = rows;
  if (labels.length === 0) throw new RangeError('There are no rows to measure');
  checkLength(labels, probabilities, 'probabilities');
  for (const name of ['weights', 'entities', 'times', 'costs'] as const) checkLength(labels, rows[name], name);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? NaN;
    const probability = probabilities[row] ?? NaN;
    if (label !== 0 && label !== 1) throw new RangeError(`Label ${label} in row ${row} is neither 0 nor 1`);
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(`Probability ${probability} in row ${row} is not between 0 and 1`);
    }
  }
  if (weights) checkWeights(weights);
}

/** @throws RangeError for a weight that is negative or not finite, or if all are 0 */
export function checkWeights(weights: Float64Array): void {
  let total = 0;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] ?? NaN;
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`Weight ${weight} in row ${row} is not allowed`);
    total += weight;
  }
  if (!(total > 0)) throw new RangeError('All weights are 0');
}

function checkLength(labels: Uint8Array, values: { readonly length: number } | null | undefined, name: string): void {
  if (values && values.length !== labels.length) {
    throw new RangeError(`${labels.length} labels, but ${values.length} ${name}`);
  }
}
