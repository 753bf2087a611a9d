import { describe, expect, it } from '@jest/globals';
import { wilson } from './wilson.js';

describe('wilson', () => {
  // The closed form at z = 1.959964: after 0 of n, from 0 to z² / (n + z²).
  it('says something after nothing', () => {
    const [low, high] = wilson(0, 10);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(3.841459 / 13.841459, 6);
  });

  it('mirrors: what holds for a share holds for what is left', () => {
    const [low, high] = wilson(0.3, 50);
    const [otherLow, otherHigh] = wilson(0.7, 50);
    expect(low).toBeCloseTo(1 - otherHigh, 12);
    expect(high).toBeCloseTo(1 - otherLow, 12);
  });

  it('solves its own equation: each end is a share that the observed one is 1.96 standard errors from', () => {
    for (const end of wilson(0.08, 250)) {
      expect(Math.abs(0.08 - end) / Math.sqrt((end * (1 - end)) / 250)).toBeCloseTo(1.959964, 5);
    }
  });
});
