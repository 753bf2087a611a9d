import { describe, expect, it } from '@jest/globals';
import { calibrateLogOdds } from '@app/xgboost';
import { descendingOrder } from '../float-order.js';
import { normals } from '../metrics/testing/drawn-scores.js';
import type { CalibrationRows } from './cross-validate.js';
import { fitIsotonic } from './fit-isotonic.js';
import { fitPlatt } from './fit-platt.js';
import { poolAdjacent } from './pool-adjacent.js';

/*
 * scikit-learn 1.2.1, numpy 1.24.2.
 *
 *   import numpy as np
 *   from sklearn.calibration import _SigmoidCalibration
 *   from sklearn.isotonic import IsotonicRegression
 *   k = np.arange(200)
 *   x = (k * 37 % 200) / 25 - 4.; y = ((k * k * 31 % 97) < np.where(x > 0, 50, 12)).astype(int)
 *   for w in (None, (k % 4 + 1) / 2):
 *       c = _SigmoidCalibration().fit(x, y, sample_weight=w); print(-c.a_, -c.b_)
 *       r = IsotonicRegression().fit(np.round(x), y, sample_weight=w); print(np.unique(r.predict(np.arange(-4, 5))))
 */
const x = Float64Array.from({ length: 200 }, (_, k) => ((k * 37) % 200) / 25 - 4);
const labels = Uint8Array.from(x, (at, k) => ((k * k * 31) % 97 < (at > 0 ? 50 : 12) ? 1 : 0));
const even = new Float64Array(200).fill(1);
const uneven = Float64Array.from(x, (_, k) => ((k % 4) + 1) / 2);

function rowsOf(logOdds: Float32Array, ofRows: Uint8Array, weights: Float64Array): CalibrationRows {
  return { logOdds, labels: ofRows, weights, order: descendingOrder(logOdds).reverse() };
}

describe('fitPlatt', () => {
  it.each([
    ['even', even, 0.17484573654, -0.75530566469],
    ['uneven', uneven, 0.17703427419, -0.8899842717],
  ])('agrees with scikit-learn: %s weights', async (_, weights, slope, intercept) => {
    const fitted = await fitPlatt(x, labels, weights);
    // scikit-learn's own steps end at a gradient of 0.00001.
    expect(fitted.slope).toBeCloseTo(slope, 4);
    expect(fitted.intercept).toBeCloseTo(intercept, 4);
  });

  it('stays finite where the classes do not overlap, and where all log-odds are the same', async () => {
    const apart = await fitPlatt(Float64Array.of(-2, -1, 1, 2), Uint8Array.of(0, 0, 1, 1), new Float64Array(4).fill(1));
    expect(apart.slope).toBeGreaterThan(0.5);
    expect(apart.slope).toBeLessThan(10);
    const same = await fitPlatt(new Float64Array(4).fill(3), Uint8Array.of(0, 0, 0, 1), new Float64Array(4).fill(1));
    // Smoothed: a third of 2 and three of a fifth, of 4.
    expect(1 / (1 + Math.exp(-3 * same.slope - same.intercept))).toBeCloseTo((2 / 3 + 3 / 5) / 4, 6);
  });

  it('never turns a ranking round', async () => {
    const { slope } = await fitPlatt(
      x.map((at) => -at),
      labels,
      even,
    );
    expect(slope).toBeGreaterThan(0);
    expect(slope).toBeLessThan(0.01);
  });
});

describe('isotonic regression', () => {
  it.each([
    ['even', even, [0.153846153846, 0.186666666667, 0.4, 0.448275862069]],
    ['uneven', uneven, [0.129032258065, 0.169312169312, 0.360655737705, 0.415525114155]],
  ])('pools as scikit-learn does: %s weights', (_, weights, expected) => {
    // numpy rounds halves to even.
    const rounded = Float32Array.from(x, (at) => (Math.abs(at % 1) === 0.5 ? 2 * Math.round(at / 2) : Math.round(at)));
    const blocks = poolAdjacent(rowsOf(rounded, labels, weights));
    expect(blocks).toHaveLength(expected.length);
    for (const [index, { value }] of blocks.entries()) expect(value).toBeCloseTo(expected[index] ?? NaN, 11);
  });

  const normal = normals(5);
  const many = Float32Array.from({ length: 30_000 }, () => -3 + 2 * normal());
  const manyLabels = Uint8Array.from(many, (at) => (at + 1.7 * normal() > 0 ? 1 : 0));
  const curve = fitIsotonic(rowsOf(many, manyLabels, new Float64Array(many.length).fill(1)));

  it('gives no more than 100 points that ascend, not steeply, and neither 0 nor 1', () => {
    const { logOdds, probabilities } = curve;
    expect(logOdds.length).toBeLessThanOrEqual(100);
    expect(logOdds.length).toBeGreaterThan(20);
    expect(probabilities).toHaveLength(logOdds.length);
    expect(Math.min(...probabilities)).toBeGreaterThan(0);
    expect(Math.max(...probabilities)).toBeLessThan(1);
    for (let at = 1; at < logOdds.length; at++) {
      const run = (logOdds[at] ?? NaN) - (logOdds[at - 1] ?? NaN);
      const rise = (probabilities[at] ?? NaN) - (probabilities[at - 1] ?? NaN);
      expect(run).toBeGreaterThan(0);
      expect(rise).toBeGreaterThanOrEqual(0);
      expect(rise / run).toBeLessThan(2.1);
    }
  });

  it('keeps the order of rows, and their frauds on the whole', () => {
    const probabilities = calibrateLogOdds(many, { method: 'isotonic', ...curve });
    expect(new Set(probabilities).size).toBeGreaterThan(0.99 * new Set(many).size);
    const foretold = probabilities.reduce((sum, each) => sum + each, 0);
    expect(foretold / manyLabels.reduce((sum, label) => sum + label, 0)).toBeCloseTo(1, 1);
  });

  it('gives points that the served model can tell apart, however close the rows of two steps lie', () => {
    // Next to one another in float32 at -8.
    const close = Float32Array.of(-8, -8, -8 + 2 ** -21, -8 + 2 ** -21, 1, 1);
    const weights = Float64Array.of(1, 99_999, 1.05, 99_998.95, 1, 1);
    const fitted = fitIsotonic(rowsOf(close, Uint8Array.of(1, 0, 1, 0, 1, 0), weights));
    const [low, high] = calibrateLogOdds(Float32Array.of(-8, 1), { method: 'isotonic', ...fitted });
    expect(low).toBeCloseTo(1e-5, 6);
    expect(high).toBeCloseTo(0.5, 2);
  });

  it('does not say 0 or 1 where the classes do not overlap', () => {
    const apart = Float32Array.of(-4, -3, -2, 2, 3, 4);
    const fitted = fitIsotonic(rowsOf(apart, Uint8Array.of(0, 0, 0, 1, 1, 1), new Float64Array(6).fill(1)));
    const at = (raw: number): number | undefined =>
      calibrateLogOdds(Float32Array.of(raw), { method: 'isotonic', ...fitted })[0];
    expect([at(-3), at(3)]).toEqual([expect.closeTo(1 / 5, 6), expect.closeTo(4 / 5, 6)]);
    expect(at(-20)).toBeGreaterThan(0);
    expect(at(20)).toBeLessThan(1);
  });
});
