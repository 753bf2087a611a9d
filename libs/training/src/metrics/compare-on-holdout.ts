import { gainOf, type MetricName } from '@app/features';
import type { PairedComparison } from '@app/model-registry';
import { PreparedRows } from './figures.js';
import { percentileInterval } from './interval.js';
import { checkRows, type MeasuredRows } from './measured-rows.js';
import { resample, unitsOf } from './resampling.js';

export interface ComparisonOptions {
  readonly metric: MetricName;
  /** Score (0–100) from which on a row is called fraud. */
  readonly threshold: number;
  /** Of the interval, two-sided: 0.95 leaves 2.5 % below and 2.5 % above it. */
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export async function compareOnHoldout(
  rows: Omit<MeasuredRows, 'probabilities'>,
  challenger: Float32Array,
  champion: Float32Array,
  { metric, threshold, confidence, resamples, seed, signal }: ComparisonOptions,
): Promise<PairedComparison> {
  const units = unitsOf(rows);
  const [ours, theirs] = [challenger, champion].map((probabilities) => {
    const measured = { ...rows, times: null, costs: null, probabilities };
    checkRows(measured);
    return new PreparedRows(measured, { threshold }, units);
  }) as [PreparedRows, PreparedRows];
  const [first, second] = [ours.figures(null), theirs.figures(null)];
  const gains = new Float64Array(resamples);
  await resample(units, { resamples, seed, signal }, (counts, index) => {
    gains[index] = gainOf(metric, ours.figures(counts)[metric], theirs.figures(counts)[metric]);
  });
  const [low, high] = percentileInterval(gains, confidence);
  return {
    metric,
    challenger: first[metric],
    champion: second[metric],
    gain: gainOf(metric, first[metric], second[metric]),
    interval: [low, high],
    confidence,
    resamples,
    calibrationError: { challenger: first.calibration_error, champion: second.calibration_error },
  };
}
