import { describe, expect, it } from '@jest/globals';
import type { HoldoutMetrics } from '@app/model-registry';
import { measure, type MeasureOptions } from './measure.js';
import type { MeasuredRows } from './measured-rows.js';
import { metricOf } from './metric-of.js';
import { drawnScores } from './testing/drawn-scores.js';

const OPTIONS: MeasureOptions = { threshold: 20, seed: 3, resamples: 100 };

async function measured(rows: MeasuredRows, options: Partial<MeasureOptions> = {}): Promise<HoldoutMetrics> {
  return measure(rows, { ...OPTIONS, ...options });
}

function drawn(frauds: number, legitimate: number, seed: number): MeasuredRows {
  const { labels, first } = drawnScores(frauds, legitimate, seed);
  return { labels, probabilities: first };
}

describe('intervals', () => {
  it('come with every figure and hold it', async () => {
    const rows = drawn(40, 1_200, 1);
    const metrics = await measured(
      {
        ...rows,
        entities: Int32Array.from(rows.labels, (_, row) => row % 300),
        times: Float64Array.from(rows.labels, (_, row) => row * 300),
      },
      { cutOffs: { review: 0.1, block: 0.5 }, costModel: { missedFraud: 50, falseAlarm: 5, review: 1 } },
    );
    const {
      confusion,
      precision_at,
      reliability,
      threshold,
      rows: count,
      frauds,
      weight,
      fraud_weight,
      intervals,
      ...rest
    } = metrics;
    expect([
      threshold,
      count,
      frauds,
      weight,
      fraud_weight,
      confusion.true_negatives > 0,
      reliability.length > 1,
    ]).toEqual([20, 1_240, 40, 1_240, 40, true, true]);
    const figures = new Map(Object.entries(rest));
    for (const { k, precision } of precision_at) figures.set(`precision_at_${k}`, precision);
    expect(Object.keys(intervals).sort()).toEqual([...figures.keys()].sort());
    for (const [name, [low, high]] of Object.entries(intervals)) {
      expect(low).toBeLessThanOrEqual(figures.get(name) ?? NaN);
      expect(high).toBeGreaterThanOrEqual(figures.get(name) ?? NaN);
      // All 40 frauds are among the first 1000 in any resample.
      if (name !== 'precision_at_1000') expect(high).toBeGreaterThan(low);
    }
  });

  it('hold the truth about as often as they say', async () => {
    const names = ['average_precision', 'recall', 'brier'] as const;
    // As many frauds to legitimate rows as below.
    const population = drawn(5_000, 50_000, 99);
    const truths = names.map((name) => metricOf(name, population, OPTIONS));
    const missed = names.map(() => 0);
    for (let trial = 0; trial < 100; trial++) {
      const { intervals } = await measured(drawn(30, 300, 500 + trial), { seed: trial });
      for (const [index, name] of names.entries()) {
        const [low, high] = intervals[name] ?? [NaN, NaN];
        const truth = truths[index] ?? NaN;
        if (!(low <= truth && truth <= high)) missed[index] = (missed[index] ?? 0) + 1;
      }
    }
    // 5 % of 100 are 5; chance makes 13 at most (99.9 % of a binomial distribution).
    expect(Math.max(...missed)).toBeLessThanOrEqual(13);
    expect(missed.reduce((sum, each) => sum + each)).toBeGreaterThanOrEqual(2);
  });

  it('narrow with more rows, and widen where rows of one customer belong together', async () => {
    const width = ({ intervals }: HoldoutMetrics): number => {
      const [low, high] = intervals['average_precision'] ?? [NaN, NaN];
      return high - low;
    };
    const few = drawn(60, 600, 2);
    const wide = width(await measured(few));
    expect(width(await measured(drawn(600, 6_000, 2)))).toBeLessThan(0.6 * wide);
    const entities = Int32Array.from(few.labels, (label, row) =>
      label === 1 ? -1 - Math.floor((few.probabilities[row] ?? 0) * 6) : row,
    );
    expect(width(await measured({ ...few, entities }))).toBeGreaterThan(1.1 * wide);
  });

  it('are the same for the same seed, others for another', async () => {
    const rows = drawn(20, 600, 3);
    const once = await measured(rows);
    expect(await measured(rows)).toEqual(once);
    expect((await measured(rows, { seed: 4 })).intervals).not.toEqual(once.intervals);
  });

  it('let others have their turn, and end by their signal', async () => {
    const abort = new AbortController();
    const running = measured(drawn(50, 20_000, 4), { resamples: 1_000_000, signal: abort.signal });
    setImmediate(() => {
      abort.abort(new Error('enough'));
    });
    await expect(running).rejects.toThrow('enough');
  });

  it.each([
    ['no fraud', 0, 3],
    ['a single fraud', 1, 600],
    ['a single legitimate row', 3, 1],
  ])('are not made up of %s', async (_, frauds, legitimate) => {
    expect((await measured(drawn(frauds, legitimate, 5))).intervals).toEqual({});
    expect((await measured(drawn(frauds + 2, legitimate + 2, 5))).intervals).toHaveProperty('average_precision');
  });

  it('leave room where no resample has a fault: six frauds of six are no proof', async () => {
    const labels = Uint8Array.from({ length: 200 }, (_, row) => (row < 6 ? 1 : 0));
    const probabilities = Float32Array.from(labels, (label, row) => (label === 1 ? 0.9 : row / 2_000));
    const { recall, roc_auc: area, intervals } = await measured({ labels, probabilities });
    expect([recall, area]).toEqual([1, 1]);
    // Wilson's lower end, 6 / (6 + 1.96²).
    for (const name of ['recall', 'precision', 'roc_auc', 'average_precision']) {
      expect(intervals[name]?.[0]).toBeCloseTo(0.6097, 4);
      expect(intervals[name]?.[1]).toBe(1);
    }
  });
});
