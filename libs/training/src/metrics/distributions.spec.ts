import { describe, expect, it } from '@jest/globals';
import { normalBelow, normalQuantile, tBelow, tQuantile } from './distributions.js';

/** scipy 1.10.1: `norm.cdf(x)`, `norm.ppf(p)`, `t.ppf(p, v)`. */
describe('distributions', () => {
  it.each([
    [-3, 0.00134989803163],
    [-1, 0.158655253931],
    [0, 0.5],
    [0.5, 0.691462461274],
    [2, 0.977249868052],
  ])('normalBelow(%p) agrees with scipy', (x, share) => {
    expect(Math.abs(normalBelow(x) - share)).toBeLessThan(1e-7);
  });

  it.each([
    [0.001, -3.090232306168],
    [0.025, -1.95996398454],
    [0.5, 0],
    [0.9, 1.281551565545],
  ])('normalQuantile(%p) agrees with scipy', (share, x) => {
    expect(normalQuantile(share)).toBeCloseTo(x, 4);
  });

  it('has no bounds at 0 and 1', () => {
    expect([normalQuantile(0), normalQuantile(1), normalBelow(-Infinity), normalBelow(Infinity)]).toEqual([
      -Infinity,
      Infinity,
      0,
      1,
    ]);
  });

  it.each([
    [0.975, 1, 12.706204736432],
    [0.975, 2, 4.302652729911],
    [0.975, 4, 2.776445105198],
    [0.95, 9, 1.833112932654],
    [0.005, 30, -2.749995653567],
    [0.975, 400, 1.965912343229],
  ])('tQuantile(%p, %p) agrees with scipy', (share, degrees, x) => {
    expect(tQuantile(share, degrees)).toBeCloseTo(x, 9);
    expect(tBelow(x, degrees)).toBeCloseTo(share, 10);
  });
});
