import { describe, expect, it } from '@jest/globals';
import { Random } from './random.js';

function draws<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('Random', () => {
  it('repeats itself with the same seed only, also for seeds next to each other', () => {
    const first = [1, 1, 2, 3].map((seed) =>
      draws(
        5,
        (
          (random) => () =>
            random.uniform()
        )(new Random(seed)),
      ).join(),
    );
    expect(first[0]).toBe(first[1]);
    expect(new Set(first).size).toBe(3);
    const firstDraws = draws(
      200,
      (
        (seed) => () =>
          new Random(seed++).uniform()
      )(0),
    );
    expect(Math.abs(mean(firstDraws) - 0.5)).toBeLessThan(0.1);
  });

  it('draws normally distributed numbers', () => {
    const random = new Random(9);
    const values = draws(20_000, () => random.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan(0.05);
    expect(Math.abs(mean(values.map((value) => (Math.abs(value) > 1.96 ? 1 : 0))) - 0.05)).toBeLessThan(0.01);
  });

  it('draws whole numbers of the whole range', () => {
    const random = new Random(9);
    expect(new Set(draws(1_000, () => random.integer(-1, 2)))).toEqual(new Set([-1, 0, 1, 2]));
  });

  it('picks by weight, and never what has none', () => {
    const random = new Random(9);
    const picks = draws(4_000, () => random.pick([{ weight: 1 }, { weight: 0 }, { weight: 3 }]).weight);
    expect(picks).not.toContain(0);
    expect(Math.abs(mean(picks) - 2.5)).toBeLessThan(0.1);
  });

  it('marks exactly as many places as it is told', () => {
    const random = new Random(9);
    for (const [count, marked] of [
      [10, 0],
      [10, 10],
      [1_000, 17],
    ] as const) {
      const marks = [...random.marks(count, marked)];
      expect(marks).toHaveLength(count);
      expect(marks.filter((mark) => mark)).toHaveLength(marked);
    }
  });
});
