import { describe, expect, it } from '@jest/globals';
import { FOREST_MARGIN, logOddsOf, logOddsOfShare, logit, probabilitiesOf, toLogOdds } from './log-odds.js';

describe('toLogOdds', () => {
  it('keeps signs and proportions, and adds up to the log-odds', () => {
    const [first = 0, second = 0, third = 0, bias = 0] = toLogOdds(Float32Array.of(0.4, 0.2, -0.1, 0.3), 4);
    expect(bias).toBeCloseTo(logOddsOfShare(0.3), 6);
    expect(first + second + third + bias).toBeCloseTo(logOddsOfShare(0.8), 5);
    expect(first / second).toBeCloseTo(2, 5);
    expect(third).toBeLessThan(0);
  });

  it('stays finite where contributions cancel out or the share is 0 or 1', () => {
    const rows = toLogOdds(Float32Array.of(0.1, -0.1, 0.5, 0.5, 0, 0.5, -0.5, 0, 0.5, 0, 0, 0), 3);
    expect(rows.every((value) => Number.isFinite(value))).toBe(true);
    expect(rows[0]).toBeCloseTo(0.1 * (1 - 2 * FOREST_MARGIN) * 4, 5);
    expect((rows[3] ?? 0) + (rows[5] ?? 0)).toBeCloseTo(logit(1 - FOREST_MARGIN), 4);
  });
});

describe('logOddsOf', () => {
  it('is undone by probabilitiesOf', () => {
    const logOdds = Float32Array.of(-15.9, -3, 0, 2, 8);
    logOddsOf(probabilitiesOf(logOdds)).forEach((value, index) => {
      expect(value).toBeCloseTo(logOdds[index] ?? 99, 3);
    });
  });

  it('stays within ±16', () => {
    expect(logOddsOf(Float32Array.of(0, 1e-30, 1))).toEqual(Float32Array.of(-16, -16, 16));
  });
});

describe('logOddsOfShare', () => {
  it('is finite, and rises with the share to its very ends', () => {
    const rising = [-0.1, 1e-7, 1e-6, 0.5, 1 - 1e-6, 1.1].map(logOddsOfShare);
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(new Set(rising).size).toBe(rising.length);
    expect(rising[0]).toBeCloseTo(-9.21, 2);
    expect(rising.at(-1)).toBeCloseTo(9.21, 2);
  });
});
