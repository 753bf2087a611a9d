import { describe, expect, it } from '@jest/globals';
import { type Algorithm, openXgboost } from '@app/xgboost';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { seededRandom } from '../seeded-random.js';
import { type Sampling, sampleTrain } from './sample-train.js';

const WIDTH = 2;

/** Simulated logistic data: log-odds of fraud −4 + 1.5 x + y, x and y nearly normal. About 4 % frauds. */
function simulate(rows: number, seed: number): { matrix: Float32Array; labels: Uint8Array } {
  const random = seededRandom(seed);
  const normal = (): number => Array.from({ length: 12 }, () => uniformFloat64(random)).reduce((a, b) => a + b, -6);
  const matrix = Float32Array.from({ length: rows * WIDTH }, normal);
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const logOdds = -4 + 1.5 * (matrix[row * WIDTH] ?? NaN) + (matrix[row * WIDTH + 1] ?? NaN);
    return uniformFloat64(random) < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  });
  return { matrix, labels };
}

const { matrix, labels } = simulate(20_000, 1);
const frauds = labels.reduce((sum, label) => sum + label, 0);
const legitimate = labels.length - frauds;
/** As where one in three legitimate rows was kept when the file was made. */
function threefold(of: Uint8Array): Float64Array {
  return Float64Array.from(of, (label) => (label === 1 ? 1 : 3));
}

function sampled(sampling: Sampling, weights: Float64Array | null = null, seed = 1) {
  return sampleTrain(matrix, WIDTH, labels, weights, sampling, seed);
}

describe('sampleTrain', () => {
  it('leaves the rows alone where nothing is asked for', async () => {
    const untouched = { matrix, labels, weights: null, rows: labels.length, shift: 0 };
    expect(await sampled({})).toEqual(untouched);
    expect((await sampled({ undersample: null, smote: null, classWeight: null })).matrix).toBe(matrix);
    expect(await sampled({}, threefold(labels))).toEqual({
      ...untouched,
      weights: Float32Array.from(threefold(labels)),
    });
    expect(await sampled({ undersample: 1_000, smote: 0.001, classWeight: 1 })).toEqual(untouched);
  });

  it('keeps every fraud and so many legitimate rows per fraud', async () => {
    const { rows, weights, shift, ...left } = await sampled({ undersample: 3 });
    expect([rows, left.labels.length, left.matrix.length]).toEqual([4 * frauds, rows, rows * WIDTH]);
    expect(left.labels.filter((label) => label === 1)).toHaveLength(frauds);
    expect(weights).toBeNull();
    // Dal Pozzolo et al.: the odds are to be multiplied by the share of the legitimate rows that was kept.
    expect(shift).toBeCloseTo(Math.log((3 * frauds) / legitimate), 10);
  });

  it('goes by weight', async () => {
    const { rows, weights, shift } = await sampled({ undersample: 9 }, threefold(labels));
    expect(rows).toBe(4 * frauds);
    expect(weights?.reduce((sum, weight) => sum + weight, 0)).toBe(10 * frauds);
    expect(shift).toBeCloseTo(Math.log((3 * frauds) / legitimate), 10);
  });

  it('adds synthetic frauds after the rows', async () => {
    const { rows, shift, ...more } = await sampled({ smote: 0.5 });
    expect(rows).toBe(legitimate + Math.round(legitimate / 2));
    expect(more.matrix.subarray(0, matrix.length)).toEqual(matrix);
    expect(more.labels.subarray(labels.length).every((label) => label === 1)).toBe(true);
    expect(shift).toBeCloseTo(Math.log(frauds / legitimate / 0.5), 3);
  });

  it('weighs frauds, with a number or so that both classes weigh the same', async () => {
    const five = await sampled({ classWeight: 5 });
    expect(five.matrix).toBe(matrix);
    expect(five.weights).toEqual(Float32Array.from(labels, (label) => (label === 1 ? 5 : 1)));
    expect(five.shift).toBeCloseTo(-Math.log(5), 10);
    const balanced = await sampled({ classWeight: 'balanced' }, threefold(labels));
    const sum = (label: number): number =>
      (balanced.weights ?? new Float32Array(0)).reduce(
        (all, weight, row) => all + (labels[row] === label ? weight : 0),
        0,
      );
    expect(sum(1) / sum(0)).toBeCloseTo(1, 4);
    expect(balanced.shift).toBeCloseTo(Math.log(frauds / (3 * legitimate)), 10);
  });

  it('does one after the other', async () => {
    const { rows, shift } = await sampled({ undersample: 4, smote: 0.5, classWeight: 'balanced' });
    expect(rows).toBe(6 * frauds);
    expect(shift).toBeCloseTo(Math.log(frauds / legitimate), 10);
  });

  it('gives the same rows for the same seed', async () => {
    const sampling = { undersample: 4, smote: 0.5 };
    const first = await sampled(sampling);
    expect(await sampled(sampling)).toEqual(first);
    expect((await sampled(sampling, null, 2)).matrix).not.toEqual(first.matrix);
  });

  it.each<Sampling>([
    { undersample: 0 },
    { smote: 1.1 },
    { smote: NaN },
    { classWeight: -1 },
    { classWeight: Infinity },
  ])('refuses %j', async (sampling) => {
    await expect(sampled(sampling)).rejects.toThrow(RangeError);
  });

  it('says so where the frauds have no weight', async () => {
    const weightless = Float64Array.from(labels, (label) => 1 - label);
    await expect(sampled({ classWeight: 2 }, weightless)).rejects.toThrow(/no frauds with a weight above 0/);
  });
});

describe('a model that is trained on a sample', () => {
  const xgboost = openXgboost();
  const fresh = simulate(20_000, 2);

  /** What the model says of new rows, per fraud among them: raw, and with the shift. */
  async function saidPerFraud(algorithm: Algorithm, sampling: Sampling, weighted: boolean) {
    const sample = await sampled(sampling, weighted ? threefold(labels) : null);
    const weightOf = (label: number): number => sample.weights?.[sample.labels.indexOf(label)] ?? 1;
    const booster = await xgboost.train({
      algorithm,
      matrix: sample.matrix,
      rows: sample.rows,
      width: WIDTH,
      labels: sample.labels,
      // All frauds have one weight here, and all legitimate rows.
      params: {
        scale_pos_weight: weightOf(1) / weightOf(0),
        ...(algorithm === 'boosted_trees' && { rounds: 60, max_depth: 3, learning_rate: 0.2 }),
      },
      seed: 1,
      threads: 2,
    });
    const probabilities = await booster.predict(fresh.matrix, fresh.labels.length);
    await booster.dispose();
    const newWeights = weighted ? threefold(fresh.labels) : null;
    const newFrauds = fresh.labels.reduce((sum, label) => sum + label, 0);
    const said = (shift: number): number =>
      probabilities.reduce((sum, p, row) => sum + (newWeights?.[row] ?? 1) / (1 + ((1 - p) / p) * Math.exp(-shift)), 0);
    return { raw: said(0) / newFrauds, shifted: said(sample.shift) / newFrauds };
  }

  const samplings: [string, Sampling][] = [
    ['undersampling', { undersample: 6 }],
    ['SMOTE', { smote: 0.5 }],
    ['a class weight', { classWeight: 10 }],
    ['a balanced class weight', { classWeight: 'balanced' }],
    ['all of them', { undersample: 9, smote: 0.3, classWeight: 2 }],
  ];

  describe.each(['boosted_trees', 'logistic_regression'] as const)('by %s', (algorithm) => {
    it.each(samplings)('says as many frauds as there are, after %s', async (_, sampling) => {
      for (const weighted of [false, true]) {
        const { raw, shifted } = await saidPerFraud(algorithm, sampling, weighted);
        expect(raw).toBeGreaterThan(2);
        expect(shifted).toBeGreaterThan(0.85);
        expect(shifted).toBeLessThan(1.15);
      }
    });
  });
});
