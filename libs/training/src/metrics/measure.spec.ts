import { describe, expect, it } from '@jest/globals';
import type { HoldoutMetrics } from '@app/model-registry';
import type { MeasuredRows } from './measured-rows.js';
import { measure as measureRows } from './measure.js';

const METRICS = [
  'average_precision',
  'roc_auc',
  'ks',
  'recall_at_fpr_0_001',
  'recall_at_fpr_0_01',
  'precision',
  'recall',
  'f1',
  'accuracy',
  'log_loss',
  'brier',
] as const;

function figures(metrics: HoldoutMetrics): number[] {
  return METRICS.map((name) => metrics[name]);
}

/** Without intervals worth the name: they have a spec of their own. */
async function measure(
  labels: readonly number[],
  probabilities: Float32Array,
  { threshold, ...more }: { threshold: number } & Partial<MeasuredRows>,
): Promise<HoldoutMetrics> {
  const rows = { labels: Uint8Array.from(labels), probabilities, ...more };
  return measureRows(rows, { threshold, seed: 1, resamples: 2 });
}

function range(rows: number): number[] {
  return Array.from({ length: rows }, (_, index) => index);
}

/*
 * scikit-learn 1.2.1, numpy 1.24.2. The probabilities are exact in float32, so that both see the same numbers.
 *
 *   import numpy as np
 *   from sklearn.metrics import *
 *   def report(y, p, w, threshold):
 *       called = (np.floor(100 * p + 0.5) >= threshold).astype(int)
 *       of = dict(sample_weight=w)
 *       fpr, tpr, _ = roc_curve(y, p, drop_intermediate=False, **of)
 *       print([round(float(v), 12) for v in (
 *           average_precision_score(y, p, **of), roc_auc_score(y, p, **of),
 *           max(tpr - fpr), max(tpr[fpr <= 0.001]), max(tpr[fpr <= 0.01]),
 *           precision_score(y, called, zero_division=0, **of), recall_score(y, called, zero_division=0, **of),
 *           f1_score(y, called, zero_division=0, **of), accuracy_score(y, called, **of),
 *           log_loss(y, p, eps=2**-23, **of), brier_score_loss(y, p, **of))], confusion_matrix(y, called, **of).ravel())
 *   k = np.arange(40)
 *   y = (k * 7 % 10 < 3).astype(int)
 *   for w in (None, (k % 4 + 1) / 4 * np.where(y == 1, 1, 10.654)):
 *       report(y, (k * 13 % 41 + 20 * y) / 64, w, 50)
 *       report(y, (k * 11 % 8 + 4 * y) / 16, w, 30)
 *   k = np.arange(2000)
 *   y = (k * k * 31 % 97 < 9).astype(int)
 *   for w in (None, (k % 4) / 4 * np.where(y == 1, 1, 10.654)):
 *       report(y, np.minimum(k * 37 % 200 + 56 * y, 256) / 256, w, 90)
 *       report(y, k * 0 + 0.25, w, 90)
 *       report(y, (k * 37 % 1999 + 40 * y * (k % 7)) / 4096, w, 30)
 */
const few = range(40);
const fewLabels = few.map((k) => ((k * 7) % 10 < 3 ? 1 : 0));
const fewWeights = few.map((k) => (((k % 4) + 1) / 4) * (fewLabels[k] === 1 ? 1 : 10.654));
const many = range(2_000);
const manyLabels = many.map((k) => ((k * k * 31) % 97 < 9 ? 1 : 0));
const manyWeights = many.map((k) => ((k % 4) / 4) * (manyLabels[k] === 1 ? 1 : 10.654));

const FEW = few.map((k) => (((k * 13) % 41) + 20 * (fewLabels[k] ?? 0)) / 64);
const FEW_TIES = few.map((k) => (((k * 11) % 8) + 4 * (fewLabels[k] ?? 0)) / 16);
const MANY = many.map((k) => Math.min(((k * 37) % 200) + 56 * (manyLabels[k] ?? 0), 256) / 256);
const MANY_SPREAD = many.map((k) => (((k * 37) % 1999) + 40 * (manyLabels[k] ?? 0) * (k % 7)) / 4096);

const SCIKIT_LEARN = [
  {
    name: 'few rows, hardly a tie',
    labels: fewLabels,
    probabilities: FEW,
    threshold: 50,
    expected: [
      0.645998427521, 0.772321428571, 0.392857142857, 0.25, 0.25, 0.5, 0.583333333333, 0.538461538462, 0.7,
      0.51011910898, 0.173315429687,
    ],
    confusion: [21, 7, 5, 7],
  },
  {
    name: 'few rows, weighted',
    labels: fewLabels,
    probabilities: FEW,
    weights: fewWeights,
    threshold: 50,
    expected: [
      0.427481410173, 0.823412698413, 0.498015873016, 0.357142857143, 0.357142857143, 0.095508956618, 0.642857142857,
      0.166309409417, 0.773026381985, 0.437721194315, 0.142054784738,
    ],
    confusion: [149.156, 42.616, 2.5, 4.5],
  },
  {
    name: 'few rows, many ties',
    labels: fewLabels,
    probabilities: FEW_TIES,
    threshold: 30,
    expected: [
      0.763385919636, 0.860119047619, 0.5, 0.5, 0.5, 0.47619047619, 0.833333333333, 0.606060606061, 0.675,
      0.439075734671, 0.143359375,
    ],
    confusion: [17, 11, 2, 10],
  },
  {
    name: 'few rows, many ties, weighted',
    labels: fewLabels,
    probabilities: FEW_TIES,
    weights: fewWeights,
    threshold: 30,
    expected: [
      0.549195854372, 0.875, 0.549603174603, 0.5, 0.5, 0.068859214687, 0.928571428571, 0.128210818034, 0.555291992836,
      0.290403496629, 0.077852781705,
    ],
    confusion: [103.8765, 87.8955, 0.5, 6.5],
  },
  {
    name: 'many rows, zeros among them',
    labels: manyLabels,
    probabilities: MANY,
    threshold: 90,
    expected: [
      0.460945516503, 0.731808839643, 0.278707443739, 0.2734082397, 0.277153558052, 1, 0.119850187266, 0.214046822742,
      0.8825, 0.575693646249, 0.204011535645,
    ],
    confusion: [1733, 0, 235, 32],
  },
  {
    name: 'many rows, some without weight',
    labels: manyLabels,
    probabilities: MANY,
    weights: manyWeights,
    threshold: 90,
    expected: [
      0.305338027334, 0.734201284896, 0.291184072631, 0.27959697733, 0.27959697733, 1, 0.120906801008, 0.215730337079,
      0.987593035349, 0.578895914384, 0.205267814709,
    ],
    confusion: [6933.0905, 0, 87.25, 12],
  },
  {
    name: 'one probability for all',
    labels: manyLabels,
    probabilities: many.map(() => 0.25),
    threshold: 90,
    expected: [0.1335, 0.5, 0, 0, 0, 0, 0, 0, 0.8665, 0.434346812989, 0.12925],
    confusion: [1733, 0, 267, 0],
  },
  {
    name: 'false positives among the first',
    labels: manyLabels,
    probabilities: MANY_SPREAD,
    threshold: 30,
    expected: [
      0.24345171592, 0.567008348624, 0.094696257491, 0.086142322097, 0.097378277154, 0.146401985112, 0.441947565543,
      0.219944082013, 0.5815, 0.460625880576, 0.140807196826,
    ],
    confusion: [1045, 688, 149, 118],
  },
  {
    name: 'false positives among the first, weighted',
    labels: manyLabels,
    probabilities: MANY_SPREAD,
    weights: manyWeights,
    threshold: 30,
    expected: [
      0.088522806069, 0.565749072713, 0.09670589351, 0.068010075567, 0.083123425693, 0.016069271923, 0.448362720403,
      0.03102655542, 0.604753140153, 0.311575767749, 0.084916233126,
    ],
    confusion: [4208.33, 2724.7605, 54.75, 44.5],
  },
];

describe('measure', () => {
  it.each(SCIKIT_LEARN)(
    'agrees with scikit-learn: $name',
    async ({ labels, probabilities, weights, threshold, expected, confusion }) => {
      const metrics = await measure(labels, Float32Array.from(probabilities), {
        threshold,
        weights: weights ? Float64Array.from(weights) : null,
      });
      for (const [index, figure] of figures(metrics).entries()) expect(figure).toBeCloseTo(expected[index] ?? NaN, 11);
      const { true_negatives, false_positives, false_negatives, true_positives } = metrics.confusion;
      const matrix = [true_negatives, false_positives, false_negatives, true_positives];
      for (const [index, count] of matrix.entries()) expect(count).toBeCloseTo(confusion[index] ?? NaN, 9);
      expect(metrics).toMatchObject({
        threshold,
        rows: labels.length,
        frauds: labels.filter((label) => label === 1).length,
      });
    },
  );

  it('agrees with figures worked out by hand', async () => {
    // Highest first: 1 | 0 and 1 tied | 0. Steps: 1/2 · 1, then 1/2 · 2/3. Pairs won: 2 and 1½ of 4.
    const metrics = await measure([0, 1, 0, 1], Float32Array.of(0.25, 0.5, 0.5, 0.75), { threshold: 50 });
    expect(metrics.average_precision).toBeCloseTo(5 / 6, 12);
    expect(metrics.roc_auc).toBe(3.5 / 4);
    expect(metrics.confusion).toEqual({ true_positives: 2, false_positives: 1, true_negatives: 1, false_negatives: 0 });
    expect([metrics.precision, metrics.recall, metrics.f1, metrics.accuracy]).toEqual([2 / 3, 1, 0.8, 0.75]);
    expect(metrics.log_loss).toBeCloseTo((2 * Math.log(4 / 3) + 2 * Math.log(2)) / 4, 12);
    expect(metrics.brier).toBe((0.25 ** 2 + 0.5 ** 2 + 0.5 ** 2 + 0.25 ** 2) / 4);
  });

  it('does not depend on the order of the rows', async () => {
    const ties = SCIKIT_LEARN.find(({ name }) => name === 'few rows, many ties');
    if (ties === undefined) throw new Error('no case');
    const forwards = await measure(ties.labels, Float32Array.from(ties.probabilities), { threshold: 30 });
    const labels = [...ties.labels].reverse();
    const backwards = await measure(labels, Float32Array.from(ties.probabilities).reverse(), { threshold: 30 });
    expect(backwards.average_precision).toBe(forwards.average_precision);
    expect(backwards.roc_auc).toBe(forwards.roc_auc);
  });

  it('ranks perfectly, and perfectly wrong', async () => {
    const right = await measure([0, 0, 1, 1], Float32Array.of(-0, 0, 1, 1), { threshold: 50 });
    expect(figures(right).slice(0, 9)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const wrong = await measure([1, 0, 0, 0], Float32Array.of(-0, 1e-45, 0.5, 1), { threshold: 50 });
    expect([wrong.average_precision, wrong.roc_auc, wrong.ks, wrong.accuracy]).toEqual([0.25, 0, 0, 0.25]);
  });

  it('calls fraud what scoring would: by the rounded score', async () => {
    const call = async (probability: number, threshold: number): Promise<number> =>
      (await measure([1], Float32Array.of(probability), { threshold })).recall;
    const calls = [call(0.4949, 50), call(0.4951, 50), call(0.896, 90), call(0.894, 90), call(0, 0)];
    expect(await Promise.all(calls)).toEqual([0, 1, 1, 0, 1]);
  });

  it('says 0 where there is nothing to divide by, and ½ for the ROC AUC of one class', async () => {
    const noFraud = await measure([0, 0], Float32Array.of(0.25, 0.5), { threshold: 60 });
    expect(figures(noFraud).slice(0, 9)).toEqual([0, 0.5, 0, 0, 0, 0, 0, 0, 1]);
    const onlyFrauds = await measure([1, 1], Float32Array.of(0.25, 0.5), { threshold: 60 });
    expect(figures(onlyFrauds).slice(0, 9)).toEqual([1, 0.5, 0, 1, 1, 0, 0, 0, 0]);
  });

  it('clips the log loss of certain errors at the epsilon of float32', async () => {
    const wrong = await measure([0, 1], Float32Array.of(1, 0), { threshold: 50 });
    expect(wrong.log_loss).toBeCloseTo(23 * Math.LN2, 6);
    const right = await measure([0, 1], Float32Array.of(0, 1), { threshold: 50 });
    expect(right.log_loss).toBeLessThan(1.2e-7);
  });

  it('gives a row of weight 3 what three rows have', async () => {
    const labels = few.flatMap((k) => [fewLabels[k] ?? 0, fewLabels[k] ?? 0, fewLabels[k] ?? 0]);
    const probabilities = few.flatMap((k) => [FEW_TIES[k] ?? 0, FEW_TIES[k] ?? 0, FEW_TIES[k] ?? 0]);
    const thrice = await measure(labels, Float32Array.from(probabilities), { threshold: 30 });
    const weights = new Float64Array(few.length).fill(3);
    const weighted = await measure(fewLabels, Float32Array.from(FEW_TIES), { threshold: 30, weights });
    for (const [index, figure] of figures(weighted).entries())
      expect(figure).toBeCloseTo(figures(thrice)[index] ?? NaN, 12);
    expect(weighted.precision_at).toEqual(thrice.precision_at);
    expect(weighted.calibration_error).toBeCloseTo(thrice.calibration_error, 12);
    expect([weighted.weight, weighted.fraud_weight, weighted.rows, weighted.frauds]).toEqual([120, 36, 40, 12]);
  });

  it.each([
    ['a negative weight', [1, -1]],
    ['a weight that is no number', [1, NaN]],
    ['weights of 0 alone', [0, 0]],
    ['a weight too few', [1]],
  ])('refuses %s', async (_, weights) => {
    const measured = measure([0, 1], Float32Array.of(0.5, 0.5), { threshold: 50, weights: Float64Array.from(weights) });
    await expect(measured).rejects.toThrow(RangeError);
  });

  it.each([
    ['no rows', [], []],
    ['a label too many', [0, 1], [0.5]],
    ['a label that is no label', [0, 2], [0.5, 0.5]],
    ['a missing probability', [0, 1], [0.5, NaN]],
    ['a probability above 1', [0, 1], [0.5, 1.0001]],
    ['a negative probability', [0, 1], [-0.1, 0.5]],
  ])('refuses %s', async (_, labels, probabilities) => {
    const measured = measure(labels, Float32Array.from(probabilities), { threshold: 50 });
    await expect(measured).rejects.toThrow(RangeError);
  });
});
