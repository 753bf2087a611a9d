import { describe, expect, it } from '@jest/globals';
import { endingSteps } from './ending-steps.js';

describe('endingSteps', () => {
  it.each([
    [5, 25, { goodbye: 5, cutOff: 20 }],
    [0, 20, { goodbye: 0, cutOff: 15 }],
    [300, 600, { goodbye: 10, cutOff: 525 }],
    [20, 24, { goodbye: 2, cutOff: 23 }],
  ])('after a drain of %d s, of %d s in all, leave time for what comes after them', (drain, shutdown, seconds) => {
    const { goodbye, cutOff } = endingSteps(drain * 1_000, shutdown * 1_000);
    expect({ goodbye: goodbye / 1_000, cutOff: cutOff / 1_000 }).toEqual(seconds);
    expect(drain * 1_000 + goodbye).toBeLessThan(cutOff);
    expect(cutOff).toBeLessThan(shutdown * 1_000);
  });
});
