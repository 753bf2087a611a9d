import { describe, expect, it } from '@jest/globals';
import { XgboostError } from '../errors.js';
import { ALGORITHMS, type Algorithm, type TrainingParams } from '../params.js';
import { fitScaling } from '../scaling.js';
import { sample } from '../testing/samples.js';
import { openXgboost } from '../xgboost.js';
import { forestGradient, meanLabel } from './forest.js';
import type { TrainingRequest } from './request.js';

const xgboost = openXgboost();
const DATA = sample(2_000);

/** Of a forest all rows for every tree, so that leaving rows out and giving them no weight can be compared. */
const PARAMS: Readonly<Record<Algorithm, TrainingParams>> = {
  boosted_trees: { rounds: 10 },
  random_forest: { rounds: 10, subsample: 1 },
  logistic_regression: { rounds: 10 },
};

async function predictions(algorithm: Algorithm, change: Partial<TrainingRequest>): Promise<Float32Array> {
  const booster = await xgboost.train({
    algorithm,
    ...DATA,
    params: PARAMS[algorithm],
    seed: 3,
    threads: 2,
    ...change,
  });
  const probabilities = await booster.predict(DATA.matrix, DATA.rows);
  await booster.dispose();
  return probabilities;
}

function largestDifference(some: Float32Array, others: Float32Array): number {
  return some.reduce((largest, value, row) => Math.max(largest, Math.abs(value - (others[row] ?? Infinity))), 0);
}

describe.each(ALGORITHMS)('row weights of %s', (algorithm) => {
  it('of 1 give the same bytes as none', async () => {
    const request: TrainingRequest = { algorithm, ...DATA, params: PARAMS[algorithm], seed: 3, threads: 2 };
    const without = await xgboost.train(request);
    const ones = await xgboost.train({ ...request, weights: new Float32Array(DATA.rows).fill(1) });
    expect(Buffer.from(ones.save()).equals(without.save())).toBe(true);
  });

  it('of 0 leave a row out', async () => {
    const half = DATA.rows / 2;
    const expected = await predictions(algorithm, {
      matrix: DATA.matrix.subarray(0, half * DATA.width),
      rows: half,
      labels: DATA.labels.subarray(0, half),
    });
    // The other half says the opposite of what is true.
    const labels = DATA.labels.map((label, row) => (row < half ? label : 1 - label));
    const weights = Float32Array.from(labels, (_, row) => (row < half ? 1 : 0));
    expect(largestDifference(await predictions(algorithm, { labels, weights }), expected)).toBeLessThan(2e-6);
    expect(largestDifference(await predictions(algorithm, { labels }), expected)).toBeGreaterThan(0.1);
  });

  it('of frauds are what scale_pos_weight is', async () => {
    const params = { ...PARAMS[algorithm], scale_pos_weight: 3 };
    const weights = Float32Array.from(DATA.labels, (label) => (label === 1 ? 3 : 1));
    const byWeights = await predictions(algorithm, { weights });
    // XGBoost lets row weights, but not scale_pos_weight, draw the borders of the bins; a regression's input scale and
    // its penalty follow them too.
    const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(byWeights) - mean(await predictions(algorithm, { params })))).toBeLessThan(0.01);
    expect(mean(byWeights)).toBeGreaterThan(mean(await predictions(algorithm, {})) + 0.05);
  });

  it.each([
    [new Float32Array(3), /2000 weights, not 3/],
    [new Float32Array(DATA.rows), /every row to train on has the weight 0/],
    [new Float32Array(DATA.rows).fill(1).fill(-1, 7, 8), /a weight is -1/],
    [new Float32Array(DATA.rows).fill(1).fill(Number.NaN, 7, 8), /a weight is NaN/],
    [new Float32Array(DATA.rows).fill(1).fill(Infinity, 7, 8), /a weight is Infinity/],
  ])('are refused where they are none (%#)', async (weights, message) => {
    const training = predictions(algorithm, { weights });
    await expect(training).rejects.toThrow(XgboostError);
    await expect(training).rejects.toThrow(message);
  });
});

describe('weights of a regression', () => {
  it('count in proportion: ten times all of them is the same model', async () => {
    const weights = Float32Array.from(DATA.labels, (_, row) => 1 + (row % 3));
    const params = { rounds: 50, reg_lambda: 0.01, reg_alpha: 0.001 };
    const some = await predictions('logistic_regression', { params, weights });
    const tenfold = await predictions('logistic_regression', { params, weights: weights.map((weight) => weight * 10) });
    expect(largestDifference(some, tenfold)).toBeLessThan(1e-5);
  });

  it('make the scaling that of as many rows', async () => {
    const weighted = await fitScaling(Float32Array.of(1, 5, 9, Number.NaN), 4, 1, Float32Array.of(3, 1, 0, 5));
    expect(weighted).toEqual(await fitScaling(Float32Array.of(1, 1, 1, 5), 4, 1));
  });
});

describe('weights of a forest', () => {
  it('count in its start and in its gradient', () => {
    const targets = { labels: Float32Array.of(0, 0, 1), weights: Float32Array.of(4, 2, 1) };
    expect(meanLabel(targets, 1)).toBe(Math.fround(1 / 7));
    expect(meanLabel(targets, 6)).toBe(0.5);
    expect(forestGradient(targets, 0.5, 6)).toEqual({
      gradient: Float32Array.of(2, 1, -3),
      hessian: Float32Array.of(4, 2, 6),
    });
  });
});
