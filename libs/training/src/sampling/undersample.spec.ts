import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../seeded-random.js';
import { undersample } from './undersample.js';

const rows = Uint32Array.from({ length: 1_000 }, (_, index) => 2 * index);

describe('undersample', () => {
  it('keeps as many rows as weigh what is asked for, in their order', () => {
    const kept = undersample(rows, () => 1, 300, seededRandom(1));
    expect(kept).toHaveLength(300);
    expect(kept).toEqual(Uint32Array.from(kept).sort());
    expect(kept.every((row) => rows.includes(row))).toBe(true);
    expect(undersample(rows, () => 1, 300, seededRandom(1))).toEqual(kept);
    expect(undersample(rows, () => 1, 300, seededRandom(2))).not.toEqual(kept);
  });

  it('goes by weight', () => {
    const weightOf = (row: number): number => (row % 4 === 0 ? 3 : 1);
    const kept = undersample(rows, weightOf, 500, seededRandom(1));
    expect(Math.abs(kept.reduce((sum, row) => sum + weightOf(row), 0) - 500)).toBeLessThanOrEqual(1.5);
    // Drawn without looking at the weight: half of the rows kept are heavy, as half of all are (standard deviation 16).
    expect(Math.abs(kept.filter((row) => weightOf(row) === 3).length - kept.length / 2)).toBeLessThan(40);
  });

  it('keeps all where they weigh less, and one where they all weigh more', () => {
    expect(undersample(rows, () => 1, 1_000, seededRandom(1))).toBe(rows);
    expect(undersample(rows, () => 1, 5_000, seededRandom(1))).toBe(rows);
    expect(undersample(rows, () => 10, 0.5, seededRandom(1))).toHaveLength(1);
    const first = undersample(rows, (row) => (row < 1_900 ? 0 : 10), 0.5, seededRandom(1));
    expect(first.filter((row) => row >= 1_900)).toHaveLength(1);
  });

  it('chooses every row about equally often', () => {
    const times = new Uint32Array(20);
    for (let seed = 0; seed < 2_000; seed++) {
      for (const row of undersample(rows.slice(0, 20), () => 1, 5, seededRandom(seed)))
        times[row / 2] = (times[row / 2] ?? 0) + 1;
    }
    // 500 expected, with a standard deviation of 19.4: within five of them.
    expect(Math.min(...times)).toBeGreaterThan(403);
    expect(Math.max(...times)).toBeLessThan(597);
  });
});
