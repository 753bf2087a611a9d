import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { shuffle } from '../seeded-random.js';
import { nearestOf, standardised } from './nearest.js';

/** Neighbours that a fraud is mixed with, as Chawla et al. have it. */
const NEIGHBOURS = 5;

/** Synthetic rows written per turn of the event loop. */
const BLOCK_ROWS = 16_384;

export interface SyntheticRows {
  /** Row-major, as the matrix they were made from. */
  readonly matrix: Float32Array;
  /** Per row the fraud it was made from, whose weight it has. */
  readonly parents: Uint32Array;
}

/**
 * Synthetic frauds by SMOTE (Chawla et al. 2002, "Synthetic Minority Over-sampling Technique"): each lies at a random
 * place between a fraud and one of its five nearest ones. The frauds take turns in being the first parent.
 *
 * Between 0 and 1 there is no category and no yes or no, and between a value and a missing one there is nothing: inputs
 * that are 0 or 1 in all rows, and those that one parent lacks, are copied from the parent that is nearer, all from the
 * same one, so that a category keeps exactly one value. (SMOTE-NC of the same paper has the neighbours vote on each
 * category; that makes combinations no fraud had.)
 *
 * @param matrix Row-major. @param frauds Row numbers. One alone is copied. @param count Rows to make.
 * @throws the signal's reason
 */
export async function synthesise(
  matrix: Float32Array,
  width: number,
  frauds: Uint32Array,
  count: number,
  random: RandomGenerator,
  signal?: AbortSignal,
): Promise<SyntheticRows> {
  const parents = new Uint32Array(count);
  const made = new Float32Array(count * width);
  if (count === 0) return { matrix: made, parents };
  const order = shuffle(frauds.slice(), random);
  const isFlag = flags(matrix, width);
  const points = standardised(matrix, width, order, isFlag);
  const neighbours = await nearestOf(points, width, Math.min(count, order.length), NEIGHBOURS, random, signal);
  for (let index = 0; index < count; index++) {
    const first = index % order.length;
    const known = neighbours[first] ?? [];
    const second = known.length === 0 ? first : (known[uniformInt(random, 0, known.length - 1)] ?? first);
    parents[index] = order[first] ?? 0;
    const between = {
      from: (order[first] ?? 0) * width,
      to: (order[second] ?? 0) * width,
      share: uniformFloat64(random),
    };
    mix(matrix, between, isFlag, made, index * width);
    if (index % BLOCK_ROWS === BLOCK_ROWS - 1) {
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  return { matrix: made, parents };
}

/** Per input 1 where all its values are 0, 1 or missing. */
function flags(matrix: Float32Array, width: number): Uint8Array {
  const isFlag = new Uint8Array(width);
  for (let column = 0; column < width; column++) {
    let index = column;
    while (index < matrix.length && isZeroOrOne(matrix[index] ?? NaN)) index += width;
    if (index >= matrix.length) isFlag[column] = 1;
  }
  return isFlag;
}

function isZeroOrOne(value: number): boolean {
  return value === 0 || value === 1 || Number.isNaN(value);
}

/** Writes one row that lies `share` of the way between the rows that start at `from` and `to`. */
function mix(
  matrix: Float32Array,
  { from, to, share }: { from: number; to: number; share: number },
  isFlag: Uint8Array,
  target: Float32Array,
  offset: number,
): void {
  for (let column = 0; column < isFlag.length; column++) {
    const start = matrix[from + column] ?? NaN;
    const end = matrix[to + column] ?? NaN;
    const between = start + share * (end - start);
    target[offset + column] = isFlag[column] === 1 || Number.isNaN(between) ? (share < 0.5 ? start : end) : between;
  }
}
