import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { shuffle } from '../seeded-random.js';

/** Of more points than this the neighbours are looked for among as many drawn at random: all pairs would take hours. */
const MAX_CANDIDATES = 2_000;

/** Coordinates compared per turn of the event loop: some ten milliseconds. */
const BLOCK_COORDINATES = 10_000_000;

/** A category that differs shows in two inputs; together they count as one standard deviation. A yes or no counts half. */
const FLAG_DISTANCE = Math.SQRT1_2;

/**
 * The rows as points whose squared distances weigh the inputs alike: numbers over their standard deviation among these
 * rows, 0/1 as SMOTE-NC weighs categories (Chawla et al. 2002, section 6.1). A missing value stands at the mean.
 * @returns `rows.length` × width, row-major
 */
export function standardised(matrix: Float32Array, width: number, rows: Uint32Array, isFlag: Uint8Array): Float32Array {
  const points = new Float32Array(rows.length * width);
  for (let column = 0; column < width; column++) {
    const valueOf = (index: number): number => matrix[(rows[index] ?? 0) * width + column] ?? NaN;
    const { mean, deviation } = spread(rows.length, valueOf);
    const factor = isFlag[column] === 1 ? FLAG_DISTANCE : deviation > 0 ? 1 / deviation : 0;
    for (let index = 0; index < rows.length; index++) {
      const value = valueOf(index);
      points[index * width + column] = Number.isNaN(value) ? 0 : (value - mean) * factor;
    }
  }
  return points;
}

/** Over the values that are there. */
function spread(count: number, valueOf: (index: number) => number): { mean: number; deviation: number } {
  let known = 0;
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const value = valueOf(index);
    if (Number.isNaN(value)) continue;
    known++;
    sum += value;
  }
  const mean = sum / Math.max(1, known);
  let squares = 0;
  for (let index = 0; index < count; index++) {
    const value = valueOf(index);
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  return { mean, deviation: Math.sqrt(squares / Math.max(1, known)) };
}

/**
 * For each of the first `count` points the `k` nearest others, nearest first; fewer where there are fewer points.
 * Of thousands of points the neighbours come from a sample of them.
 * @throws the signal's reason
 */
export async function nearestOf(
  points: Float32Array,
  width: number,
  count: number,
  k: number,
  random: RandomGenerator,
  signal?: AbortSignal,
): Promise<number[][]> {
  const all = Uint32Array.from({ length: points.length / width }, (_, index) => index);
  const candidates = all.length > MAX_CANDIDATES ? shuffle(all, random).slice(0, MAX_CANDIDATES) : all;
  const perTurn = Math.max(1, Math.floor(BLOCK_COORDINATES / (candidates.length * width)));
  const nearest: number[][] = [];
  for (let point = 0; point < count; point++) {
    nearest.push(nearestTo(point, points, width, candidates, k));
    if (point % perTurn === perTurn - 1) {
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  return nearest;
}

function nearestTo(point: number, points: Float32Array, width: number, candidates: Uint32Array, k: number): number[] {
  const found: number[] = [];
  const distances: number[] = [];
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index] ?? 0;
    if (candidate === point) continue;
    const limit = found.length < k ? Infinity : (distances[k - 1] ?? Infinity);
    const distance = squaredDistance(points, point * width, candidate * width, width, limit);
    if (distance >= limit) continue;
    let place = found.length;
    while (place > 0 && distance < (distances[place - 1] ?? 0)) place--;
    found.splice(place, 0, candidate);
    distances.splice(place, 0, distance);
    if (found.length > k) {
      found.pop();
      distances.pop();
    }
  }
  return found;
}

/** Once it has reached `limit`, no further: what comes back is then at least the limit. */
function squaredDistance(points: Float32Array, one: number, other: number, width: number, limit: number): number {
  let sum = 0;
  for (let column = 0; column < width && sum < limit; column++) {
    const difference = (points[one + column] ?? 0) - (points[other + column] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
