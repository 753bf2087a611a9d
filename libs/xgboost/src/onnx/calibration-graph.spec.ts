import { describe, expect, it } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import type { Booster } from '../booster.js';
import { type Calibration, calibrate, calibrateLogOdds } from '../calibration.js';
import { XgboostError } from '../errors.js';
import { sigmoid } from '../log-odds.js';
import { ALGORITHMS } from '../params.js';
import { SAMPLE_WIDTH, sample } from '../testing/samples.js';
import { openXgboost } from '../xgboost.js';
import { calibrationGraph } from './calibration-graph.js';
import { INPUT, encodeModel } from './messages.js';

type Calibrating = Exclude<Calibration, { method: 'none' }>;

const xgboost = openXgboost();
const NAMES = ['bell', 'amount', 'count', 'flag', 'tiny', 'constant'];
const ROWS = 4_000;
const CALIBRATIONS: Readonly<Record<string, Calibrating>> = {
  'platt that flattens': { method: 'platt', slope: 0.6, intercept: -2 },
  'platt that steepens': { method: 'platt', slope: 1.7, intercept: 0.4 },
  'isotonic with 100 points': points(100, 14),
  'isotonic with 3 points': points(3, 4),
  'isotonic with 1 point': { method: 'isotonic', logOdds: [-1], probabilities: [0.2] },
};

/** Points of unequal distance along a sigmoid, some of them level, up to 1. */
function points(count: number, reach: number): Calibrating {
  const logOdds = Array.from({ length: count }, (_, index) => {
    return reach * (2 * (index / (count - 1)) - 1) + (index % 3) * (reach / count / 2);
  });
  const probabilities = logOdds.map((value, index) => (index === count - 1 ? 1 : sigmoid(Math.floor(value * 2) / 2)));
  return { method: 'isotonic', logOdds, probabilities };
}

async function run(file: Uint8Array, matrix: Float32Array, width: number): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(file);
  expect(session.outputNames).toEqual(['probability']);
  const rows = matrix.length / width;
  const { probability } = await session.run({ features: new ort.Tensor('float32', matrix, [rows, width]) });
  await session.release();
  expect(probability?.dims).toEqual([rows, 1]);
  return Float32Array.from(probability?.data ?? [], Number);
}

function largestDifference(some: Float32Array, others: Float32Array): number {
  expect(some).toHaveLength(others.length);
  // Written so that NaN is the largest.
  return some.reduce((largest, value, index) => {
    const difference = Math.abs(value - (others[index] ?? Number.NaN));
    return difference <= largest ? largest : difference;
  }, 0);
}

function onnx(booster: Booster, calibration?: Calibration): Uint8Array {
  return booster.toOnnx({ name: 'test', inputNames: NAMES, calibration });
}

describe.each(Object.entries(CALIBRATIONS))('the graph of %s', (_, calibration) => {
  it('computes what calibrateLogOdds does, for any log-odds', async () => {
    const nodesOnly = calibrationGraph(INPUT, calibration);
    const file = encodeModel({ name: 'calibration', width: 1, metadata: {}, ...nodesOnly });
    const even = Array.from({ length: ROWS }, (__, index) => 40 * (index / ROWS - 0.5));
    const corners = calibration.method === 'isotonic' ? calibration.logOdds : [];
    const logOdds = Float32Array.of(...even, ...corners, 0, -0, 1e-45, 3e38, -3e38, Infinity, -Infinity);
    const probabilities = await run(file, logOdds, 1);
    expect(largestDifference(probabilities, calibrateLogOdds(logOdds, calibration))).toBeLessThan(1e-6);
    expect(probabilities.every((probability) => probability >= 0 && probability <= 1)).toBe(true);
    const rising = probabilities.subarray(0, ROWS);
    expect(rising.every((probability, index) => index === 0 || probability >= (rising[index - 1] ?? 2) - 2e-7)).toBe(
      true,
    );
  });
});

describe.each(ALGORITHMS)('the calibrated ONNX file of %s', (algorithm) => {
  const DATA = sample(3_000);
  const { matrix } = sample(ROWS, 23);

  it.each(Object.entries(CALIBRATIONS))('gives what predict gives with %s', async (_, calibration) => {
    const booster = await xgboost.train({ algorithm, ...DATA, params: { rounds: 100 }, seed: 5, threads: 2 });
    const probabilities = await run(onnx(booster, calibration), matrix, SAMPLE_WIDTH);
    expect(largestDifference(probabilities, await booster.predict(matrix, ROWS, 1, calibration))).toBeLessThan(1e-5);
    const raw = await booster.predict(matrix, ROWS);
    // The sample leaves no probability so near to 0 or 1 that a forest's is drawn in by much.
    expect(largestDifference(probabilities, calibrate(raw, calibration))).toBeLessThan(1e-3);
    await booster.dispose();
  });

  it('is the plain one without a calibration, and says which it has', async () => {
    const booster = await xgboost.train({ algorithm, ...DATA, params: { rounds: 3 }, seed: 5, threads: 2 });
    const plain = onnx(booster);
    expect(onnx(booster, { method: 'none' })).toEqual(plain);
    expect(Buffer.from(plain).includes('calibration')).toBe(false);
    expect(Buffer.from(onnx(booster, points(3, 4))).includes('isotonic')).toBe(true);
  });

  it('is not made of a calibration that is none', async () => {
    const booster = await xgboost.train({ algorithm, ...DATA, params: { rounds: 3 }, seed: 5, threads: 2 });
    expect(() => onnx(booster, { method: 'platt', slope: -1, intercept: 0 })).toThrow(XgboostError);
    await expect(booster.predict(matrix, ROWS, 1, { method: 'platt', slope: -1, intercept: 0 })).rejects.toThrow(
      XgboostError,
    );
    await booster.dispose();
  });
});
