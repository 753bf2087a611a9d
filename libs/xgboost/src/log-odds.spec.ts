import { describe, expect, it } from '@jest/globals';
import { logit, toLogOdds } from './log-odds.js';

describe('toLogOdds', () => {
  it('keeps signs and proportions, and adds up to the log-odds', () => {
    const [first = 0, second = 0, third = 0, bias = 0] = toLogOdds(Float32Array.of(0.4, 0.2, -0.1, 0.3), 4);
    expect(bias).toBeCloseTo(logit(0.3), 6);
    expect(first + second + third + bias).toBeCloseTo(logit(0.8), 5);
    expect(first / second).toBeCloseTo(2, 5);
    expect(third).toBeLessThan(0);
  });

  it('stays finite where contributions cancel out or the share is 0 or 1', () => {
    const rows = toLogOdds(Float32Array.of(0.1, -0.1, 0.5, 0.5, 0, 0.5, -0.5, 0, 0.5, 0, 0, 0), 3);
    expect(rows.every((value) => Number.isFinite(value))).toBe(true);
    expect(rows[0]).toBeCloseTo(0.4, 5);
    expect((rows[3] ?? 0) + (rows[5] ?? 0)).toBeCloseTo(logit(1 - 1e-6), 4);
  });
});
