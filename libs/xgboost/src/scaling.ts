import { eachBlock } from './each-block.js';
import { XgboostError } from './errors.js';

/**
 * How raw inputs become what the linear model was trained on: `clip((x − means) × factors)`, a missing one 0, which
 * is the mean. All in float32, so that the ONNX graph repeats it bit by bit.
 */
export interface Scaling {
  readonly means: Float32Array;
  /** 1 / standard deviation; 0 for a constant input, which thereby has no say. */
  readonly factors: Float32Array;
}

/**
 * Standardised inputs beyond ±100 count as ±100: one absurd amount must neither drag the fit along nor, in float32,
 * drown the other inputs.
 */
export const CLIP = 100;

/**
 * Mean and standard deviation per input over the values that are there, by the rows' weights, in float64. Throws on
 * ±Infinity.
 */
export async function fitScaling(
  matrix: Float32Array,
  rows: number,
  width: number,
  weights: Float32Array | null = null,
): Promise<Scaling> {
  const counts = new Float64Array(width);
  const means = new Float64Array(width);
  const squares = new Float64Array(width);
  await eachBlock(rows, (from, to) => {
    forEachValue(matrix, from, to, width, (value, column, _, row) => {
      const weight = weights?.[row] ?? 1;
      counts[column] = (counts[column] ?? 0) + weight;
      means[column] = (means[column] ?? 0) + weight * value;
    });
  });
  for (let column = 0; column < width; column += 1) {
    means[column] = (means[column] ?? 0) / (counts[column] || 1);
  }
  // The second pass, over differences: a sum of squares alone loses a small spread around a large mean.
  await eachBlock(rows, (from, to) => {
    forEachValue(matrix, from, to, width, (value, column, _, row) => {
      const weight = weights?.[row] ?? 1;
      squares[column] = (squares[column] ?? 0) + weight * (value - (means[column] ?? 0)) ** 2;
    });
  });
  const factors = new Float32Array(width);
  for (let column = 0; column < width; column += 1) {
    const deviation = Math.sqrt((squares[column] ?? 0) / (counts[column] || 1));
    // A spread below the resolution of float32 at that size is rounding and no information.
    if (deviation > 1e-30 && deviation > Math.abs(means[column] ?? 0) * 1e-7) factors[column] = 1 / deviation;
    // Without a say it needs no mean either, and 0 keeps ∞ × 0 out of the ONNX graph.
    else means[column] = 0;
  }
  return { means: Float32Array.from(means), factors };
}

/** The matrix as the linear model sees it: a copy. Throws on ±Infinity, as XGBoost does for the other algorithms. */
export async function standardise(
  matrix: Float32Array,
  rows: number,
  width: number,
  { means, factors }: Scaling,
): Promise<Float32Array> {
  const standardised = new Float32Array(rows * width);
  await eachBlock(rows, (from, to) => {
    forEachValue(matrix, from, to, width, (value, column, index) => {
      const scaled = Math.fround(Math.fround(value - (means[column] ?? 0)) * (factors[column] ?? 0));
      standardised[index] = Math.min(CLIP, Math.max(-CLIP, scaled));
    });
  });
  return standardised;
}

function forEachValue(
  matrix: Float32Array,
  fromRow: number,
  toRow: number,
  width: number,
  visit: (value: number, column: number, index: number, row: number) => void,
): void {
  for (let row = fromRow; row < toRow; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const index = row * width + column;
      const value = matrix[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (!Number.isFinite(value)) throw new XgboostError('Input data contains infinity');
      visit(value, column, index, row);
    }
  }
}
