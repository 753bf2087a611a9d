import { copyFloats } from './memory.js';
import type { NativeThread } from './native-thread.js';

/** What XGBoost's predict can give: the objective's value, the bare sum, or SHAP contributions. */
export const PREDICTION = { value: 0, margin: 1, contributions: 2 } as const;

export type PredictionType = (typeof PREDICTION)[keyof typeof PREDICTION];

/** `length` results for the rows of `dmatrix`, copied. Throws XgboostError. */
export async function predictDMatrix(
  thread: NativeThread,
  booster: bigint,
  dmatrix: bigint,
  type: PredictionType,
  length: number,
): Promise<Float32Array> {
  const config = JSON.stringify({ type, training: false, iteration_begin: 0, iteration_end: 0, strict_shape: false });
  const shape = new BigUint64Array(1);
  const dimensions = new BigUint64Array(1);
  const result = new BigUint64Array(1);
  await thread.call('XGBoosterPredictFromDMatrix', booster, dmatrix, config, shape, dimensions, result);
  return copyFloats(result[0] ?? 0n, length);
}
