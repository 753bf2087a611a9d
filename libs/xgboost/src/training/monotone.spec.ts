import { describe, expect, it } from '@jest/globals';
import { XgboostError } from '../errors.js';
import type { Booster } from '../booster.js';
import { sample } from '../testing/samples.js';
import { openXgboost } from '../xgboost.js';
import type { TrainingRequest } from './request.js';

const xgboost = openXgboost();
const DATA = sample(3_000);

function request(change: Partial<TrainingRequest>): TrainingRequest {
  return { algorithm: 'boosted_trees', ...DATA, params: { rounds: 30 }, seed: 3, threads: 2, ...change };
}

/** The most by which the probability falls anywhere as an input rises and the other inputs stay, over 60 rows. */
async function deepestFall(booster: Booster, input: number): Promise<number> {
  const steps = 200;
  const values = Array.from({ length: DATA.rows }, (_, row) => DATA.matrix[row * DATA.width + input] ?? Number.NaN)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const matrix = new Float32Array(60 * steps * DATA.width);
  for (let index = 0; index < 60 * steps; index += 1) {
    const row = Math.floor(index / steps) * DATA.width;
    matrix.set(DATA.matrix.subarray(row, row + DATA.width), index * DATA.width);
    const value = values[Math.floor(((index % steps) * values.length) / steps)] ?? 0;
    matrix[index * DATA.width + input] = value;
  }
  const probabilities = await booster.predict(matrix, 60 * steps);
  return probabilities.reduce(
    (deepest, value, index) =>
      index % steps === 0 ? deepest : Math.max(deepest, (probabilities[index - 1] ?? 0) - value),
    0,
  );
}

describe.each(['boosted_trees', 'random_forest'] as const)('monotone constraints of %s', (algorithm) => {
  it('hold: the probability never falls along the input, or never rises', async () => {
    // "bell" makes fraud likelier and "amount" too: the second is told to do the opposite.
    const free = await xgboost.train(request({ algorithm }));
    const held = await xgboost.train(request({ algorithm, monotone: Int8Array.of(1, -1, 0, 0, 0, 0) }));
    const mirrored = await xgboost.train(request({ algorithm, monotone: Int8Array.of(1, 1, 0, 0, 0, 0) }));
    expect(await deepestFall(free, 0)).toBeGreaterThan(0.01);
    expect(await deepestFall(held, 0)).toBeLessThan(1e-6);
    expect(await deepestFall(free, 1)).toBeGreaterThan(0.01);
    expect(await deepestFall(mirrored, 1)).toBeLessThan(1e-6);
    expect(held.importances()[1]).toBeLessThan((mirrored.importances()[1] ?? 0) / 5);
    await Promise.all([free.dispose(), held.dispose(), mirrored.dispose()]);
  });

  it('of 0 are none', async () => {
    const [free, zeros] = [
      await xgboost.train(request({ algorithm })),
      await xgboost.train(request({ algorithm, monotone: new Int8Array(6) })),
    ];
    expect(Buffer.from(zeros.save()).equals(free.save())).toBe(true);
  });
});

describe('monotone constraints', () => {
  it.each([
    [{ monotone: Int8Array.of(1) }, /6 inputs need 6 monotone constraints, not 1/],
    [{ monotone: Int8Array.of(1, 2, 0, 0, 0, 0) }, /a monotone constraint is 2; it must be -1, 0 or 1/],
    [
      { algorithm: 'logistic_regression', monotone: Int8Array.of(1, 0, 0, 0, 0, 0) },
      /logistic_regression knows no monotone constraints/,
    ],
  ] as const)('are refused where they are none (%#)', async (change, message) => {
    const training = xgboost.train(request(change));
    await expect(training).rejects.toThrow(XgboostError);
    await expect(training).rejects.toThrow(message);
  });

  it('of 0 are nothing to a regression', async () => {
    const booster = await xgboost.train(request({ algorithm: 'logistic_regression', monotone: new Int8Array(6) }));
    expect(booster.rounds).toBe(30);
  });
});
