import { describe, expect, it } from '@jest/globals';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { seededRandom } from '../seeded-random.js';
import { synthesise } from './smote.js';

const WIDTH = 6;
const ROWS = 400;

/** An amount, one that may be missing, a yes or no that may be missing, and a category of three values. */
function sample(): { matrix: Float32Array; frauds: Uint32Array } {
  const random = seededRandom(9);
  const matrix = new Float32Array(ROWS * WIDTH);
  for (let row = 0; row < ROWS; row++) {
    const missing = uniformInt(random, 0, 3) === 0;
    const values = [
      100 * uniformFloat64(random),
      missing ? NaN : uniformFloat64(random) - 5,
      missing ? NaN : uniformInt(random, 0, 1),
      0,
      0,
      0,
    ];
    values[3 + uniformInt(random, 0, 2)] = 1;
    matrix.set(values, row * WIDTH);
  }
  return { matrix, frauds: Uint32Array.from({ length: 60 }, (_, index) => 3 * index + 1) };
}

const { matrix, frauds } = sample();

function rowOf(data: Float32Array, row: number): number[] {
  return [...data.subarray(row * WIDTH, (row + 1) * WIDTH)];
}

describe('synthesise', () => {
  it('makes rows between two frauds, with everything that cannot be between copied from one of them', async () => {
    const made = await synthesise(matrix, WIDTH, frauds, 150, seededRandom(1));
    expect([made.parents.length, made.matrix.length]).toEqual([150, 150 * WIDTH]);
    for (let index = 0; index < 150; index++) {
      const row = rowOf(made.matrix, index);
      const first = rowOf(matrix, made.parents[index] ?? -1);
      const [amount = NaN] = row;
      const fits = Array.from(frauds, (fraud) => rowOf(matrix, fraud)).some((second) => {
        const [low, high] = [first[0] ?? NaN, second[0] ?? NaN].sort((a, b) => a - b);
        const between = amount >= (low ?? NaN) - 1e-4 && amount <= (high ?? NaN) + 1e-4;
        const copied = [first, second].some(
          (parent) => JSON.stringify(parent.slice(2)) === JSON.stringify(row.slice(2)),
        );
        return between && copied;
      });
      expect(fits).toBe(true);
      expect(row.slice(3).sort()).toEqual([0, 0, 1]);
      expect([0, 1, NaN]).toContainEqual(row[2]);
    }
    // New rows, not copies; some lie strictly between in both numbers.
    const known = new Set(matrix.filter((_, index) => index % WIDTH === 0));
    const amounts = made.matrix.filter((_, index) => index % WIDTH === 0);
    expect(amounts.filter((amount) => !known.has(amount)).length).toBeGreaterThan(140);
  });

  it('lets the frauds take turns', async () => {
    const { parents } = await synthesise(matrix, WIDTH, frauds, 150, seededRandom(1));
    const times = new Map(Array.from(frauds, (fraud) => [fraud, 0]));
    for (const parent of parents) times.set(parent, (times.get(parent) ?? NaN) + 1);
    expect([...times.values()].sort()).toEqual([...Array(30).fill(2), ...Array(30).fill(3)]);
  });

  it('keeps to the place of a group of frauds', async () => {
    const two = Float32Array.from({ length: 40 }, (_, row) => (row < 20 ? row / 100 : 50 + row / 100));
    const made = await synthesise(two, 1, Uint32Array.from(two.keys()), 400, seededRandom(2));
    expect(made.matrix.filter((value) => value > 0.2 && value < 50)).toHaveLength(0);
  });

  it('gives the same rows for the same seed', async () => {
    const made = await synthesise(matrix, WIDTH, frauds, 50, seededRandom(1));
    expect(await synthesise(matrix, WIDTH, frauds, 50, seededRandom(1))).toEqual(made);
    expect(await synthesise(matrix, WIDTH, frauds, 50, seededRandom(2))).not.toEqual(made);
  });

  it('copies a fraud that is alone, and makes nothing of nothing', async () => {
    const alone = await synthesise(matrix, WIDTH, Uint32Array.of(4), 2, seededRandom(1));
    expect([...alone.parents]).toEqual([4, 4]);
    expect(rowOf(alone.matrix, 1)).toEqual(rowOf(matrix, 4));
    expect((await synthesise(matrix, WIDTH, frauds, 0, seededRandom(1))).parents).toHaveLength(0);
  });
});
