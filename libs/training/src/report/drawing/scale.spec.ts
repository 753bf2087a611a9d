import { describe, expect, it } from '@jest/globals';
import { linearScale, logOddsScale, logScale, probabilityScale } from './scale.js';

describe('linearScale', () => {
  it('places by distance, and what lies beyond at the nearer end', () => {
    const scale = linearScale(10, 20);
    expect([10, 12.5, 20, -5, 30].map((value) => scale.place(value))).toEqual([0, 0.25, 1, 0, 1]);
  });

  it.each([
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-0.013, 0.052, [0, 0.02, 0.04]],
    [0, 0.37, [0, 0.1, 0.2, 0.3]],
    [3, 41, [10, 20, 30, 40]],
    [1e-7, 4e-7, [1e-7, 2e-7, 3e-7, 4e-7]],
  ])('has round ticks from %d to %d', (from, to, ticks) => {
    expect(linearScale(from, to).ticks).toEqual(ticks);
  });
});

describe('logScale', () => {
  it('gives each decade the same length', () => {
    const scale = logScale(0.0001, 1);
    expect([0.0001, 0.001, 0.01, 0.1, 1].map((value) => scale.place(value))).toEqual([
      0,
      expect.closeTo(0.25),
      expect.closeTo(0.5),
      expect.closeTo(0.75),
      1,
    ]);
    expect(scale.ticks).toEqual([0.0001, 0.001, 0.01, 0.1, 1]);
  });

  it('puts what has no logarithm at its start', () => {
    expect(logScale(0.01, 1).place(0)).toBe(0);
  });
});

describe('logOddsScale', () => {
  it('is the same from both ends', () => {
    const scale = logOddsScale(0.001, 0.999);
    expect(scale.place(0.5)).toBeCloseTo(0.5);
    expect(scale.place(0.01) + scale.place(0.99)).toBeCloseTo(1);
    expect(scale.ticks).toEqual([0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999]);
  });
});

describe('probabilityScale', () => {
  it('is linear from 0 to 1 where half of the probabilities are not small', () => {
    const scale = probabilityScale([0.01, 0.3, 0.9]);
    expect([0, 0.3, 1].map((value) => scale.place(value))).toEqual([0, 0.3, 1]);
  });

  it('spreads small ones, from a decade below the least above 0 to one above the greatest below 1', () => {
    const scale = probabilityScale([0, 0.0004, 0.0005, 0.03, 0.62, 1]);
    expect(scale.ticks).toEqual([0.0001, 0.001, 0.01, 0.1, 0.5, 0.9]);
    expect(scale.place(0.0001)).toBe(0);
    expect(scale.place(0.9)).toBe(1);
    expect(scale.place(0.01) - scale.place(0.001)).toBeGreaterThan(0.15);
  });

  it.each([
    ['nothing but 0', [0, 0]],
    ['nothing at all', []],
    ['one small one', [1e-9]],
  ])('has an axis for %s', (_, probabilities) => {
    const scale = probabilityScale(probabilities);
    expect(scale.place(0)).toBe(0);
    expect(scale.place(1)).toBe(1);
    expect(scale.ticks.length).toBeGreaterThan(1);
  });
});
