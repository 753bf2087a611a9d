import { describe, expect, it } from '@jest/globals';
import { resolvePolicy } from './loaded-version.js';

describe('resolvePolicy', () => {
  it.each([
    [{ review: null, block: null }, 50, { review: 50, block: 90 }],
    [{ review: null, block: null }, 95, { review: 95, block: 95 }],
    [{ review: 30, block: 70 }, 50, { review: 30, block: 70 }],
    [{ review: null, block: 20 }, 50, { review: 50, block: 50 }],
    [{ review: 0, block: null }, 50, { review: 0, block: 90 }],
  ])('of %j with a threshold of %d is %j', (policy, threshold, resolved) => {
    expect(resolvePolicy(policy, threshold)).toEqual(resolved);
  });
});
