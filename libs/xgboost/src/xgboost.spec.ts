import { describe, expect, it } from '@jest/globals';
import { XgboostError, XgboostUnavailableError } from './errors.js';
import { ALGORITHMS, type Algorithm, type TrainingParams } from './params.js';
import { type Sample, sample } from './testing/samples.js';
import type { TrainingRequest } from './training/request.js';
import { openXgboost } from './xgboost.js';

const xgboost = openXgboost();
const SMALL = sample(2_000);
const NAMES = ['bell', 'amount', 'count', 'flag', 'tiny', 'constant'];

function request(algorithm: Algorithm, params: TrainingParams = {}, data: Sample = SMALL): TrainingRequest {
  return { algorithm, ...data, params: { rounds: 10, ...params }, seed: 3, threads: 2 };
}

function sha(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

describe('openXgboost', () => {
  it('reads the version from the library and opens it once', () => {
    expect(xgboost.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(openXgboost()).toBe(xgboost);
  });

  it.each(['/nowhere/libxgboost.so', 'libm.so.6'])('says in one line that %s is not usable', (path) => {
    expect(() => openXgboost(path)).toThrow(XgboostUnavailableError);
    expect(() => openXgboost(path)).toThrow(/^XGBOOST_LIBRARY: .*set it to the path of libxgboost.*$/);
  });
});

describe.each(ALGORITHMS)('training %s', (algorithm) => {
  it('gives the same bytes for the same request, also with sampling and several threads', async () => {
    const sampling = algorithm === 'logistic_regression' ? {} : { subsample: 0.5, colsample_bytree: 0.5 };
    const seen = new Set<string>();
    // Two at once: neither may draw from the other's random numbers.
    for (const booster of [
      ...(await Promise.all([1, 2].map(() => xgboost.train(request(algorithm, sampling))))),
      await xgboost.train(request(algorithm, sampling)),
    ]) {
      seen.add(sha(booster.save()) + sha(booster.toOnnx({ name: 'm', inputNames: NAMES })));
    }
    expect(seen.size).toBe(1);
  });

  it('learns: frauds get higher probabilities', async () => {
    const booster = await xgboost.train(request(algorithm));
    const probabilities = await booster.predict(SMALL.matrix, SMALL.rows);
    await booster.dispose();
    const mean = (label: number): number => {
      const chosen = probabilities.filter((_, row) => SMALL.labels[row] === label);
      return chosen.reduce((sum, probability) => sum + probability, 0) / chosen.length;
    };
    expect(mean(1)).toBeGreaterThan(mean(0) + 0.15);
    expect(probabilities.every((probability) => probability >= 0 && probability <= 1)).toBe(true);
  });

  it('predicts the same after saving and loading, however the rows are divided', async () => {
    const trained = await xgboost.train(request(algorithm));
    const loaded = xgboost.load(trained.save());
    const expected = await trained.predict(SMALL.matrix, SMALL.rows, 2);
    expect(await loaded.predict(SMALL.matrix, SMALL.rows)).toEqual(expected);
    expect(await loaded.predict(SMALL.matrix.subarray(0, loaded.width), 1)).toEqual(expected.subarray(0, 1));
    expect(await loaded.predict(new Float32Array(0), 0)).toEqual(new Float32Array(0));
    expect(loaded.save()).toEqual(trained.save());
    expect(loaded.algorithm).toBe(algorithm);
    await Promise.all([trained.dispose(), loaded.dispose()]);
  });

  it('explains: contributions add up to the log-odds', async () => {
    const booster = await xgboost.train(request(algorithm));
    const perRow = booster.width + 1;
    const contributions = await booster.contributions(SMALL.matrix, SMALL.rows);
    const logOdds = await booster.logOdds(SMALL.matrix, SMALL.rows);
    await booster.dispose();
    expect(contributions).toHaveLength(SMALL.rows * perRow);
    const worst = logOdds.reduce((largest, value, row) => {
      const total = contributions.subarray(row * perRow, (row + 1) * perRow).reduce((sum, part) => sum + part, 0);
      return Math.max(largest, Math.abs(total - value));
    }, 0);
    expect(worst).toBeLessThan(1e-5);
  });

  it('reports progress after every round', async () => {
    const fractions: number[] = [];
    await xgboost.train({ ...request(algorithm), onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions).toEqual(Array.from({ length: 10 }, (_, round) => (round + 1) / 10));
  });

  it('stops between rounds with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('the job was cancelled');
    let rounds = 0;
    const training = xgboost.train({
      ...request(algorithm, { rounds: 200 }),
      signal: controller.signal,
      onProgress: () => {
        rounds += 1;
        if (rounds === 3) controller.abort(reason);
      },
    });
    await expect(training).rejects.toBe(reason);
    expect(rounds).toBe(3);
  });

  it('weighs its inputs', async () => {
    const booster = await xgboost.train(request(algorithm));
    const importances = booster.importances();
    expect(importances.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(importances[0]).toBeGreaterThan(0.1);
    expect(importances[NAMES.indexOf('constant')]).toBe(0);
  });
});

describe('training', () => {
  it('leaves the event loop free', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await xgboost.train(request('boosted_trees', { rounds: 50 }, sample(20_000)));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20);
  });

  it.each([
    ['boosted_trees', { subsample: 1.5 }, /1\.5.*subsample/],
    ['boosted_trees', { max_bin: 1 }, /max_bin/],
    ['random_forest', { min_child_weight: -1 }, /min_child_weight/],
    ['logistic_regression', { reg_lambda: -1 }, /reg_lambda/],
  ] as const)("refuses %s with %j in XGBoost's own words", async (algorithm, params, message) => {
    const training = xgboost.train(request(algorithm, params));
    await expect(training).rejects.toThrow(XgboostError);
    await expect(training).rejects.toThrow(message);
    await expect(training).rejects.not.toThrow(/\n|Stack trace|\.cc:/);
  });

  it.each([
    [{ labels: new Uint8Array(3) }, /2000 labels/],
    [{ labels: new Uint8Array(2_000).fill(2) }, /0 or 1/],
    [{ matrix: new Float32Array(5) }, /values, not 5/],
    [{ matrix: SMALL.matrix.map((value, index) => (index === 6 ? Infinity : value)) }, /inf/],
    [{ rows: 0, labels: new Uint8Array(0), matrix: new Float32Array(0) }, /no rows/],
    [{ seed: -1 }, /seed/],
    [{ threads: 0 }, /threads/],
  ] as const)('refuses a wrong request (%#)', async (change, message) => {
    for (const algorithm of ALGORITHMS) {
      const training = xgboost.train({ ...request(algorithm), ...change });
      await expect(training).rejects.toThrow(XgboostError);
      await expect(training).rejects.toThrow(message);
    }
  });

  it('survives an observer that throws', async () => {
    const failing = new Error('observer');
    const training = xgboost.train({
      ...request('boosted_trees'),
      onProgress: () => {
        throw failing;
      },
    });
    await expect(training).rejects.toBe(failing);
  });

  it('keeps no memory: matrices, boosters and their results are freed', async () => {
    const rows = 150_000;
    const matrix = new Float32Array(rows * 6).fill(1);
    const labels = new Uint8Array(rows);
    const round = async (): Promise<void> => {
      const booster = await xgboost.train({
        ...request('boosted_trees', { rounds: 1, max_depth: 1 }),
        ...{ matrix, rows, labels },
      });
      await booster.contributions(matrix, rows);
      await booster.dispose();
    };
    for (let warmUp = 0; warmUp < 3; warmUp += 1) await round();
    const before = process.memoryUsage().rss;
    for (let repeat = 0; repeat < 12; repeat += 1) await round();
    // One round keeps about 20 MB if nothing is freed.
    expect(process.memoryUsage().rss - before).toBeLessThan(120e6);
  });
});

describe('a booster', () => {
  it('answers many requests at once, each with its own result', async () => {
    const [first, second] = await Promise.all([
      xgboost.train(request('boosted_trees')),
      xgboost.train(request('boosted_trees', { rounds: 2 })),
    ]);
    const rowOf = (row: number): Float32Array => SMALL.matrix.subarray(row * 6, (row + 1) * 6);
    for (const booster of [first, second]) {
      const together = await booster.predict(SMALL.matrix, SMALL.rows);
      const apart = await Promise.all(Array.from({ length: 200 }, (_, row) => booster.predict(rowOf(row), 1)));
      expect(apart.map(([probability]) => probability)).toEqual(Array.from(together.subarray(0, 200)));
    }
    await Promise.all([first.dispose(), second.dispose()]);
  });

  it('refuses to predict once disposed of, and disposing twice is nothing', async () => {
    const booster = await xgboost.train(request('boosted_trees'));
    const underWay = booster.predict(SMALL.matrix, SMALL.rows).catch((error: unknown) => error);
    await booster.dispose();
    await booster.dispose();
    await underWay;
    await expect(booster.predict(SMALL.matrix, SMALL.rows)).rejects.toThrow(/disposed/);
  });

  it('refuses a matrix of the wrong size and infinite values', async () => {
    const booster = await xgboost.train(request('boosted_trees'));
    await expect(booster.predict(SMALL.matrix, 1)).rejects.toThrow(XgboostError);
    await expect(booster.predict(new Float32Array(6).fill(Infinity), 1)).rejects.toThrow(/inf/);
    await booster.dispose();
  });

  it.each(['', '{}', 'PK\u0003\u0004', '{"learner":{"attributes":{}}}', 'null'])('is not made from %j', (text) => {
    expect(() => xgboost.load(new TextEncoder().encode(text))).toThrow(XgboostError);
  });
});
