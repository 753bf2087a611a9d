import type { Vectoriser } from '@app/features';
import type { LabelledTable } from '../data/read-table.js';
import { nextTurn } from '../next-turn.js';

/** Rows vectorised per turn of the event loop. */
const BLOCK_ROWS = 262_144;

/** Rows as XGBoost takes them. */
export interface Part {
  /** Row-major, rows × width; NaN is a missing value. */
  readonly matrix: Float32Array;
  readonly labels: Uint8Array;
  /** Null: each row counts 1. */
  readonly weights: Float64Array | null;
  readonly rows: number;
}

/** The given rows of a data set, vectorised. Yields to the event loop. @throws the signal's reason */
export async function partOf(
  data: LabelledTable,
  vectoriser: Vectoriser,
  rows: Uint32Array,
  signal?: AbortSignal,
): Promise<Part> {
  const matrix = new Float32Array(rows.length * vectoriser.width);
  for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
    if (from > 0) await nextTurn(signal);
    matrix.set(vectoriser.matrix(data.table, rows.subarray(from, from + BLOCK_ROWS)), from * vectoriser.width);
  }
  return {
    matrix,
    labels: labelsOf(data, rows),
    weights: take(data.weights, rows),
    rows: rows.length,
  };
}

/** What the metrics know of the given rows besides their probabilities. */
export function factsOf(
  data: LabelledTable,
  rows: Uint32Array,
): {
  readonly labels: Uint8Array;
  readonly weights: Float64Array | null;
  readonly entities: Int32Array | null;
  readonly times: Float64Array | null;
} {
  const { entities } = data;
  return {
    labels: labelsOf(data, rows),
    weights: take(data.weights, rows),
    entities: entities && Int32Array.from(rows, (row) => entities[row] ?? 0),
    times: take(data.times, rows),
  };
}

/** The rows of both, ascending. */
export function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both.sort();
}

function take(values: ArrayLike<number> | null, rows: Uint32Array): Float64Array | null {
  return values && Float64Array.from(rows, (row) => values[row] ?? 0);
}

function labelsOf({ labels }: LabelledTable, rows: Uint32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row] ?? 0);
}
