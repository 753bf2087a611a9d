import { XgboostError } from '../errors.js';
import { type NativeThread, callForHandle } from './native-thread.js';

/** Row-major float32 values; NaN is a missing one. */
export interface Rows {
  readonly matrix: Float32Array;
  readonly rows: number;
  readonly width: number;
}

/** Makes XGBoost's copy of the rows for the time of `work`. Throws XgboostError, also for ±Infinity. */
export async function withDMatrix<T>(
  thread: NativeThread,
  { matrix, rows, width }: Rows,
  threads: number,
  work: (dmatrix: bigint) => Promise<T>,
): Promise<T> {
  checkSize(matrix, rows, width);
  const dmatrix = await callForHandle(thread, 'XGDMatrixCreateFromMat_omp', (out) => [
    matrix,
    rows,
    width,
    Number.NaN,
    out,
    threads,
  ]);
  try {
    return await work(dmatrix);
  } finally {
    await thread.call('XGDMatrixFree', dmatrix);
  }
}

/**
 * Makes a booster for the time of `work`. It will train on the first of `dmatrices`; what it predicts on any of them is
 * kept, so that the next prediction only adds the new trees.
 */
export async function withBooster<T>(
  thread: NativeThread,
  dmatrices: readonly bigint[],
  work: (booster: bigint) => Promise<T>,
): Promise<T> {
  const booster = await callForHandle(thread, 'XGBoosterCreate', (out) => [
    BigUint64Array.from(dmatrices),
    dmatrices.length,
    out,
  ]);
  try {
    return await work(booster);
  } finally {
    await thread.call('XGBoosterFree', booster);
  }
}

/** XGBoost reads rows × width values from the address, whatever is there. */
export function checkSize(matrix: Float32Array, rows: number, width: number): void {
  if (!Number.isInteger(rows) || !Number.isInteger(width) || rows < 0 || width < 1) {
    throw new XgboostError(`${rows} rows of ${width} inputs is not a matrix`);
  }
  if (matrix.length !== rows * width) {
    throw new XgboostError(
      `a matrix of ${rows} rows × ${width} inputs has ${rows * width} values, not ${matrix.length}`,
    );
  }
}
