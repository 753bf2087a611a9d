import { describe, expect, it } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { XgboostError } from '../errors.js';
import { parseModel } from '../model/model.js';
import { ALGORITHMS, type Algorithm, type TrainingParams } from '../params.js';
import type { Booster } from '../booster.js';
import { SAMPLE_WIDTH, hostileRows, sample } from '../testing/samples.js';
import { openXgboost } from '../xgboost.js';

const xgboost = openXgboost();
const NAMES = ['bell', 'amount', 'count', 'flag', 'tiny', 'constant'];
const ROWS = 4_000;

function train(algorithm: Algorithm, params: TrainingParams): Promise<Booster> {
  return xgboost.train({ algorithm, ...sample(3_000), params, seed: 5, threads: 2 });
}

function thresholdsOf(booster: Booster): number[] {
  const model = parseModel(booster.save());
  if (model.algorithm === 'logistic_regression') return [];
  return model.trees.flatMap((tree) =>
    tree.splitConditions.filter((_, node) => tree.leftChildren[node] !== -1).map(Math.fround),
  );
}

async function onnxProbabilities(booster: Booster, matrix: Float32Array, rows: number): Promise<ort.Tensor> {
  const session = await ort.InferenceSession.create(booster.toOnnx({ name: 'test', inputNames: NAMES }));
  expect(session.inputNames).toEqual(['features']);
  expect(session.outputNames).toEqual(['probability']);
  const { probability } = await session.run({ features: new ort.Tensor('float32', matrix, [rows, SAMPLE_WIDTH]) });
  await session.release();
  if (probability === undefined) throw new Error('no output');
  return probability;
}

/** The largest difference between ONNX Runtime and XGBoost over hostile rows. */
async function disagreement(booster: Booster): Promise<number> {
  const matrix = hostileRows(ROWS, thresholdsOf(booster));
  const native = await booster.predict(matrix, ROWS);
  const { data, dims } = await onnxProbabilities(booster, matrix, ROWS);
  expect(dims).toEqual([ROWS, 1]);
  const differences = native.map((probability, row) => Math.abs(probability - Number(data[row])));
  expect(differences).toHaveLength(ROWS);
  expect(new Set(native).size).toBeGreaterThan(1);
  return differences.reduce((largest, difference) => (difference <= largest ? largest : difference), 0);
}

describe('the ONNX file', () => {
  it.each<[Algorithm, TrainingParams]>([
    ['boosted_trees', { rounds: 100 }],
    ['boosted_trees', { rounds: 1, max_depth: 1 }],
    ['boosted_trees', { rounds: 30, learning_rate: 1, max_depth: 10, subsample: 0.7, scale_pos_weight: 5 }],
    ['random_forest', { rounds: 50 }],
    ['random_forest', { rounds: 1, reg_lambda: 0, min_child_weight: 0 }],
    ['logistic_regression', {}],
    ['logistic_regression', { rounds: 1 }],
  ])('agrees with XGBoost on %s %j', async (algorithm, params) => {
    const booster = await train(algorithm, params);
    expect(await disagreement(booster)).toBeLessThan(1e-6);
    await booster.dispose();
  });

  it.each(ALGORITHMS)('agrees where %s has nothing to learn from', async (algorithm) => {
    const rows = 100;
    const matrix = new Float32Array(rows * SAMPLE_WIDTH).fill(1);
    for (const label of [0, 1]) {
      const labels = new Uint8Array(rows).fill(label);
      const booster = await xgboost.train({
        ...{ algorithm, matrix, rows, width: SAMPLE_WIDTH, labels },
        ...{ params: { rounds: 3 }, seed: 0, threads: 1 },
      });
      const native = await booster.predict(matrix, rows);
      const { data } = await onnxProbabilities(booster, matrix, rows);
      expect(Math.abs((native[0] ?? Number.NaN) - Number(data[0]))).toBeLessThan(1e-6);
      expect(booster.importances()).toEqual(new Float64Array(SAMPLE_WIDTH));
      await booster.dispose();
    }
  });

  it('carries the names of its inputs and nothing of the time', async () => {
    const booster = await train('boosted_trees', { rounds: 2 });
    const file = booster.toOnnx({ name: 'test', inputNames: NAMES });
    expect(Buffer.from(file).includes(JSON.stringify(NAMES))).toBe(true);
    expect(xgboost.load(booster.save()).toOnnx({ name: 'test', inputNames: NAMES })).toEqual(file);
  });

  it('refuses the wrong number of names', async () => {
    const booster = await train('boosted_trees', { rounds: 1 });
    expect(() => booster.toOnnx({ name: 'test', inputNames: ['one'] })).toThrow(XgboostError);
  });
});
