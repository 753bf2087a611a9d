/** What a cut at one distinct probability, and at every higher one, calls fraud. */
export interface RankedCounts {
  /** Frauds among the rows from the highest probability down to this one. */
  readonly truePositives: Float64Array;
  /** Legitimate rows among them. */
  readonly falsePositives: Float64Array;
}

/**
 * Cumulated counts per distinct probability, highest first: what both the precision–recall curve and the ROC curve
 * are made of, from one sort. Rows of equal probability move together, so their order does not matter.
 *
 * @param labels 0 or 1 per row. @param probabilities 0 to 1 per row.
 */
export function rankedCounts(labels: ArrayLike<number>, probabilities: Float32Array): RankedCounts {
  const keys = sortedKeys(labels, probabilities);
  const truePositives = new Float64Array(keys.length);
  const falsePositives = new Float64Array(keys.length);
  let distinct = 0;
  let frauds = 0;
  let legitimate = 0;
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index] ?? 0;
    if ((key & 1) === 1) frauds++;
    else legitimate++;
    const next = index === 0 ? undefined : keys[index - 1];
    if (next !== undefined && next >>> 1 === key >>> 1) continue;
    truePositives[distinct] = frauds;
    falsePositives[distinct] = legitimate;
    distinct++;
  }
  return {
    truePositives: truePositives.subarray(0, distinct),
    falsePositives: falsePositives.subarray(0, distinct),
  };
}

/**
 * One integer per row, ascending: the probability's float32 bits with the label below them. The bits of floats that
 * are not negative order as the floats do, and those up to 1 leave room for one more bit in 32; a plain integer sort
 * needs no comparison function.
 */
function sortedKeys(labels: ArrayLike<number>, probabilities: Float32Array): Uint32Array {
  // Adding 0 makes 0 of -0, whose sign bit would order it last.
  const bits = new Uint32Array(probabilities.map((probability) => probability + 0).buffer);
  const keys = new Uint32Array(bits.length);
  for (let row = 0; row < bits.length; row++) keys[row] = (bits[row] ?? 0) * 2 + (labels[row] ?? 0);
  return keys.sort();
}
