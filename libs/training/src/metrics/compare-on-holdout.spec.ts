import { describe, expect, it } from '@jest/globals';
import { METRIC_NAMES, type MetricName } from '@app/features';
import type { PairedComparison } from '@app/model-registry';
import { compareOnHoldout, type ComparisonOptions } from './compare-on-holdout.js';
import { metricOf } from './metric-of.js';
import { defaultResamples } from './resampling.js';
import { drawnScores, type ScoredRows } from './testing/drawn-scores.js';

const OPTIONS: ComparisonOptions = {
  metric: 'average_precision',
  threshold: 20,
  confidence: 0.95,
  resamples: 100,
  seed: 7,
};

async function compare(
  { labels, first, second }: ScoredRows,
  options: Partial<ComparisonOptions> = {},
): Promise<PairedComparison> {
  return compareOnHoldout({ labels }, first, second, { ...OPTIONS, ...options });
}

/** In how many of the comparisons of fresh rows the interval lies above 0. */
async function wins(count: number, frauds: number, options: Partial<ComparisonOptions>, lead = 0): Promise<number> {
  let above = 0;
  for (let trial = 0; trial < count; trial++) {
    const { interval } = await compare(drawnScores(frauds, 200, 1_000 + trial, lead), { ...options, seed: trial });
    if (interval[0] > 0) above++;
  }
  return above;
}

describe('compareOnHoldout', () => {
  // 2.5 % of 200 are 5; of a binomial distribution with that mean 99.9 % lie at 13 or below.
  it.each<[MetricName, number]>([
    ['average_precision', 5],
    ['average_precision', 10],
    ['roc_auc', 10],
    ['log_loss', 10],
  ])('finds no gain between equally good models more often than it says: %s, %p frauds', async (metric, frauds) => {
    expect(await wins(200, frauds, { metric })).toBeLessThanOrEqual(13);
  });

  it('errs more often at a lower confidence: the level is not kept by never finding anything', async () => {
    // A quarter of 200, give or take 3.3 standard deviations.
    const found = await wins(200, 50, { confidence: 0.5 });
    expect(found).toBeGreaterThan(29);
    expect(found).toBeLessThan(71);
  });

  it.each<[MetricName, number, number]>([
    ['average_precision', 100, 1],
    ['log_loss', 100, 1],
    ['average_precision', 30, 2],
  ])('finds a clearly better model: %s, %p frauds', async (metric, frauds, lead) => {
    expect(await wins(20, frauds, { metric }, lead)).toBeGreaterThanOrEqual(17);
  });

  it.each(METRIC_NAMES)('gives the figures of %s and a gain that is positive for the better one', async (metric) => {
    const rows = drawnScores(50, 600, 1, 1);
    const forwards = await compare(rows, { metric });
    const backwards = await compare({ ...rows, first: rows.second, second: rows.first }, { metric });
    const figure = (probabilities: Float32Array): number =>
      metricOf(metric, { labels: rows.labels, probabilities }, { threshold: 20 });
    expect(forwards).toMatchObject({ metric, challenger: figure(rows.first), champion: figure(rows.second) });
    const sign = ['log_loss', 'brier', 'calibration_error'].includes(metric) ? -1 : 1;
    expect(forwards.gain).toBe(sign * (forwards.challenger - forwards.champion));
    expect(backwards.gain).toBe(-forwards.gain);
    expect(backwards.interval[0]).toBeCloseTo(-forwards.interval[1], 12);
    expect(forwards.interval[0]).toBeLessThan(forwards.gain);
    expect(forwards.interval[1]).toBeGreaterThan(forwards.gain);
  });

  it('is the same for the same seed, another for another', async () => {
    const rows = drawnScores(20, 600, 2);
    const once = await compare(rows);
    expect(await compare(rows)).toEqual(once);
    expect((await compare(rows, { seed: 8 })).interval).not.toEqual(once.interval);
  });

  it('finds nothing between a model and itself', async () => {
    const { labels, first } = drawnScores(20, 600, 3);
    expect(await compare({ labels, first, second: first })).toMatchObject({ gain: 0, interval: [0, 0] });
  });

  it.each([
    ['average_precision', 1],
    ['log_loss', 23 * Math.LN2],
  ] as const)('is sure of nothing with a single fraud: %s', async (metric, most) => {
    const { interval } = await compare(drawnScores(1, 600, 4, 3), { metric });
    expect(interval[0]).toBeCloseTo(-most, 12);
    expect(interval[1]).toBeCloseTo(most, 12);
  });

  it('is less sure where the frauds are those of a few customers', async () => {
    const { labels, first, second } = drawnScores(60, 600, 5, 0.7);
    const entities = Int32Array.from(labels, (label, row) =>
      label === 1 ? -1 - Math.floor((first[row] ?? 0) * 6) : row,
    );
    const alone = await compare({ labels, first, second });
    const together = await compareOnHoldout({ labels, entities }, first, second, OPTIONS);
    expect(together.gain).toBe(alone.gain);
    expect(width(together)).toBeGreaterThan(1.1 * width(alone));
  });

  it('ends by its signal', async () => {
    const abort = new AbortController();
    const running = compare(drawnScores(50, 5_000, 6), { resamples: 1_000_000, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  it('draws 1000 resamples, of many rows fewer, and says how many', async () => {
    const { labels, first, second } = drawnScores(20, 200, 1);
    const { resamples, ...others } = OPTIONS;
    expect(resamples).not.toBe(1_000);
    expect((await compareOnHoldout({ labels }, first, second, others)).resamples).toBe(1_000);
    expect([24_000, 48_000, 120_000, 1_000_000].map(defaultResamples)).toEqual([1_000, 500, 200, 200]);
  });

  it.each([{ resamples: 1 }, { confidence: 1 }, { confidence: 0 }, { confidence: NaN }])(
    'refuses %p',
    async (options) => {
      await expect(compare(drawnScores(5, 20, 1), options)).rejects.toThrow(RangeError);
    },
  );
});

function width({ interval }: PairedComparison): number {
  return interval[1] - interval[0];
}
