import { describe, expect, it } from '@jest/globals';
import { XgboostError } from '../errors.js';
import { parseModel } from '../model/model.js';
import type { TrainingParams } from '../params.js';
import { type Sample, sample } from '../testing/samples.js';
import { openXgboost } from '../xgboost.js';
import type { LabelledRows, TrainingRequest } from './request.js';
import { Validation } from './validation.js';

const xgboost = openXgboost();
const PARAMS = {
  rounds: 200,
  learning_rate: 0.3,
  max_depth: 4,
  subsample: 1,
  colsample_bytree: 1,
  max_bin: 256,
  early_stopping_rounds: 5,
};
const TRAIN = weighted(sample(2_000, 7));
const VALIDATION = weighted(sample(1_000, 8));

/** A fraud counts 1, of the legitimate rows every fourth 1, 2, 3 or 4. */
function weighted(rows: Sample): Sample & LabelledRows {
  return { ...rows, weights: Float32Array.from(rows.labels, (label, row) => (label === 1 ? 1 : 1 + (row % 4))) };
}

function request(params: TrainingParams = {}): TrainingRequest {
  return { algorithm: 'boosted_trees', ...TRAIN, params: { ...PARAMS, ...params }, seed: 3, threads: 2 };
}

/**
 * By Python's xgboost 1.7.4 on the same rows and weights:
 * `xgb.train(dict(tree_method='hist', objective='binary:logistic', eval_metric='logloss', max_depth=4, eta=0.3,
 * seed=3), train, 200, evals=[(validation, 'v')], early_stopping_rounds=5, evals_result=r)`, then `r['v']['logloss']`,
 * `best_iteration` and the first of `predict(validation, iteration_range=(0, best_iteration + 1))`.
 */
const PYTHON = {
  losses: [
    0.55603604, 0.48095908, 0.43551932, 0.40725118, 0.39189175, 0.38301099, 0.37389671, 0.36897572, 0.36642956,
    0.3645854598, 0.36435702, 0.36471752, 0.36637316, 0.36691802, 0.36701933, 0.36905364,
  ],
  bestIteration: 10,
  probabilities: [0.3335195481777191, 0.34252873063087463, 0.5595451593399048, 0.101353220641613, 0.14225886762142181],
};

describe('early stopping', () => {
  it('stops and keeps what XGBoost in Python does, with weights', async () => {
    const booster = await xgboost.train({ ...request(), validation: VALIDATION });
    const probabilities = await booster.predict(VALIDATION.matrix, VALIDATION.rows);
    await booster.dispose();
    expect(booster.validationLoss).toHaveLength(PYTHON.losses.length);
    booster.validationLoss.forEach((loss, round) => {
      expect(loss).toBeCloseTo(PYTHON.losses[round] ?? 0, 6);
    });
    expect(booster.rounds).toBe(PYTHON.bestIteration + 1);
    PYTHON.probabilities.forEach((probability, row) => {
      expect(probabilities[row]).toBeCloseTo(probability, 6);
    });
  });

  it('gives the very bytes of a training with the kept rounds, so that nothing knows of the others', async () => {
    const stopped = await xgboost.train({ ...request({ subsample: 0.7 }), validation: VALIDATION });
    expect(stopped.rounds).toBeLessThan(stopped.validationLoss.length);
    const fixed = await xgboost.train(request({ subsample: 0.7, rounds: stopped.rounds, early_stopping_rounds: 0 }));
    expect(Buffer.from(stopped.save()).equals(fixed.save())).toBe(true);
    const model = parseModel(stopped.save());
    expect(model.algorithm === 'boosted_trees' && model.trees.length).toBe(stopped.rounds);
  });

  it('keeps all rounds where none is to be stopped, and tells the loss of each', async () => {
    const booster = await xgboost.train({
      ...request({ rounds: 16, early_stopping_rounds: 0 }),
      validation: VALIDATION,
    });
    expect(booster.rounds).toBe(16);
    booster.validationLoss.forEach((loss, round) => {
      expect(loss).toBeCloseTo(PYTHON.losses[round] ?? 0, 6);
    });
  });

  it('does nothing without a validation', async () => {
    const booster = await xgboost.train(request({ rounds: 30 }));
    expect(booster.rounds).toBe(30);
    expect(booster.validationLoss).toEqual([]);
  });

  it('ends below the whole progress, and with the reason of the signal', async () => {
    const fractions: number[] = [];
    await xgboost.train({ ...request(), validation: VALIDATION, onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions).toEqual(PYTHON.losses.map((_, round) => (round + 1) / 200));
    const reason = new Error('cancelled');
    const training = xgboost.train({ ...request(), validation: VALIDATION, signal: AbortSignal.abort(reason) });
    await expect(training).rejects.toBe(reason);
  });

  it.each(['random_forest', 'logistic_regression'] as const)('is nothing to a %s', async (algorithm) => {
    const plain: TrainingRequest = { algorithm, ...TRAIN, params: { rounds: 5 }, seed: 3, threads: 2 };
    const [without, given] = [await xgboost.train(plain), await xgboost.train({ ...plain, validation: VALIDATION })];
    expect(Buffer.from(given.save()).equals(without.save())).toBe(true);
    expect(given.rounds).toBe(5);
    expect(given.validationLoss).toEqual([]);
  });

  it.each([
    [{ ...VALIDATION, labels: new Uint8Array(3) }, /1000 labels/],
    [{ ...VALIDATION, labels: new Uint8Array(1_000).fill(2) }, /0 or 1/],
    [{ ...VALIDATION, weights: new Float32Array(1_000) }, /every row to validate on has the weight 0/],
    [{ ...VALIDATION, matrix: new Float32Array(5) }, /values, not 5/],
    [{ ...VALIDATION, matrix: new Float32Array(6_000).fill(Infinity) }, /inf/],
    [{ matrix: new Float32Array(0), rows: 0, labels: new Uint8Array(0) }, /no rows to validate on/],
  ])('refuses a wrong validation (%#)', async (validation: LabelledRows, message) => {
    const training = xgboost.train({ ...request(), validation });
    await expect(training).rejects.toThrow(XgboostError);
    await expect(training).rejects.toThrow(message);
  });
});

describe('the loss of a round', () => {
  it('is the weighted log loss, in which a fraud counts as in training', async () => {
    const targets = { labels: Float32Array.of(1, 0), weights: Float32Array.of(2, 1) };
    const validation = new Validation(targets, 3, 0);
    await validation.add(Float32Array.of(Math.log(3), -Math.log(3)));
    await validation.add(Float32Array.of(0, 0));
    expect(validation.losses[0]).toBeCloseTo(-Math.log(0.75), 7);
    expect(validation.losses[1]).toBeCloseTo(Math.LN2, 12);
    await validation.add(Float32Array.of(-1e30, -1e30));
    expect(validation.losses[2]).toBeCloseTo((6 / 7) * Math.fround(1e30), -24);
  });

  it('has to fall within the patience', async () => {
    const validation = new Validation({ labels: Float32Array.of(1), weights: null }, 1, 2);
    for (const [logOdds, isEnough, rounds] of [
      [1, false, 1],
      [1, false, 1],
      [2, false, 3],
      [1.5, false, 3],
      [2, true, 3],
    ] as const) {
      await validation.add(Float32Array.of(logOdds));
      expect([validation.isEnough, validation.rounds]).toEqual([isEnough, rounds]);
    }
  });
});
