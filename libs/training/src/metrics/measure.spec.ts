import { describe, expect, it } from '@jest/globals';
import type { HoldoutMetrics } from '@app/model-registry';
import type { MeasuredRows } from './measured-rows.js';
import { measure as measureRows } from './measure.js';

const METRICS = ['average_precision', 'roc_auc', 'precision', 'recall', 'f1', 'accuracy', 'log_loss', 'brier'] as const;

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
 *   def report(y, p, threshold):
 *       called = (np.floor(100 * p + 0.5) >= threshold).astype(int)
 *       print([round(float(v), 12) for v in (
 *           average_precision_score(y, p), roc_auc_score(y, p), precision_score(y, called, zero_division=0),
 *           recall_score(y, called, zero_division=0), f1_score(y, called, zero_division=0), accuracy_score(y, called),
 *           log_loss(y, p, eps=2**-23), brier_score_loss(y, p))], confusion_matrix(y, called).ravel())
 *   k = np.arange(40)
 *   y = (k * 7 % 10 < 3).astype(int)
 *   report(y, (k * 13 % 41 + 20 * y) / 64, 50)
 *   report(y, (k * 11 % 8 + 4 * y) / 16, 30)
 *   k = np.arange(2000)
 *   y = (k * k * 31 % 97 < 9).astype(int)
 *   report(y, np.minimum(k * 37 % 200 + 56 * y, 256) / 256, 90)
 *   report(y, k * 0 + 0.25, 90)
 */
const few = range(40);
const fewLabels = few.map((k) => ((k * 7) % 10 < 3 ? 1 : 0));
const many = range(2_000);
const manyLabels = many.map((k) => ((k * k * 31) % 97 < 9 ? 1 : 0));

const SCIKIT_LEARN = [
  {
    name: 'few rows, hardly a tie',
    labels: fewLabels,
    probabilities: few.map((k, row) => (((k * 13) % 41) + 20 * (fewLabels[row] ?? 0)) / 64),
    threshold: 50,
    expected: [0.645998427521, 0.772321428571, 0.5, 0.583333333333, 0.538461538462, 0.7, 0.51011910898, 0.173315429687],
    confusion: [21, 7, 5, 7],
  },
  {
    name: 'few rows, many ties',
    labels: fewLabels,
    probabilities: few.map((k, row) => (((k * 11) % 8) + 4 * (fewLabels[row] ?? 0)) / 16),
    threshold: 30,
    expected: [
      0.763385919636, 0.860119047619, 0.47619047619, 0.833333333333, 0.606060606061, 0.675, 0.439075734671, 0.143359375,
    ],
    confusion: [17, 11, 2, 10],
  },
  {
    name: 'many rows, zeros among them',
    labels: manyLabels,
    probabilities: many.map((k, row) => Math.min(((k * 37) % 200) + 56 * (manyLabels[row] ?? 0), 256) / 256),
    threshold: 90,
    expected: [
      0.460945516503, 0.731808839643, 1, 0.119850187266, 0.214046822742, 0.8825, 0.575693646249, 0.204011535645,
    ],
    confusion: [1733, 0, 235, 32],
  },
  {
    name: 'one probability for all',
    labels: manyLabels,
    probabilities: many.map(() => 0.25),
    threshold: 90,
    expected: [0.1335, 0.5, 0, 0, 0, 0.8665, 0.434346812989, 0.12925],
    confusion: [1733, 0, 267, 0],
  },
];

describe('measure', () => {
  it.each(SCIKIT_LEARN)(
    'agrees with scikit-learn: $name',
    async ({ labels, probabilities, threshold, expected, confusion }) => {
      const metrics = await measure(labels, Float32Array.from(probabilities), { threshold });
      for (const [index, figure] of figures(metrics).entries()) expect(figure).toBeCloseTo(expected[index] ?? NaN, 11);
      const { true_negatives, false_positives, false_negatives, true_positives } = metrics.confusion;
      expect([true_negatives, false_positives, false_negatives, true_positives]).toEqual(confusion);
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
    const [, ties] = SCIKIT_LEARN;
    if (ties === undefined) throw new Error('no case');
    const forwards = await measure(ties.labels, Float32Array.from(ties.probabilities), { threshold: 30 });
    const labels = [...ties.labels].reverse();
    const backwards = await measure(labels, Float32Array.from(ties.probabilities).reverse(), { threshold: 30 });
    expect(backwards.average_precision).toBe(forwards.average_precision);
    expect(backwards.roc_auc).toBe(forwards.roc_auc);
  });

  it('ranks perfectly, and perfectly wrong', async () => {
    const right = await measure([0, 0, 1, 1], Float32Array.of(-0, 0, 1, 1), { threshold: 50 });
    expect(figures(right).slice(0, 6)).toEqual([1, 1, 1, 1, 1, 1]);
    const wrong = await measure([1, 0, 0, 0], Float32Array.of(-0, 1e-45, 0.5, 1), { threshold: 50 });
    expect([wrong.average_precision, wrong.roc_auc, wrong.accuracy]).toEqual([0.25, 0, 0.25]);
  });

  it('calls fraud what scoring would: by the rounded score', async () => {
    const call = async (probability: number, threshold: number): Promise<number> =>
      (await measure([1], Float32Array.of(probability), { threshold })).recall;
    const calls = [call(0.4949, 50), call(0.4951, 50), call(0.896, 90), call(0.894, 90), call(0, 0)];
    expect(await Promise.all(calls)).toEqual([0, 1, 1, 0, 1]);
  });

  it('says 0 where there is nothing to divide by, and ½ for the ROC AUC of one class', async () => {
    const noFraud = await measure([0, 0], Float32Array.of(0.25, 0.5), { threshold: 60 });
    expect(figures(noFraud).slice(0, 6)).toEqual([0, 0.5, 0, 0, 0, 1]);
    const onlyFrauds = await measure([1, 1], Float32Array.of(0.25, 0.5), { threshold: 60 });
    expect(figures(onlyFrauds).slice(0, 6)).toEqual([1, 0.5, 0, 0, 0, 0]);
  });

  it('clips the log loss of certain errors at the epsilon of float32', async () => {
    const wrong = await measure([0, 1], Float32Array.of(1, 0), { threshold: 50 });
    expect(wrong.log_loss).toBeCloseTo(23 * Math.LN2, 6);
    const right = await measure([0, 1], Float32Array.of(0, 1), { threshold: 50 });
    expect(right.log_loss).toBeLessThan(1.2e-7);
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
