import { gainOf, type MetricName } from '@app/features';
import type { PairedComparison } from '@app/model-registry';
import { nextTurn } from '../next-turn.js';
import { PreparedRows } from './figures.js';
import { differenceInterval } from './interval.js';
import { MOST_LOG_LOSS } from './probability-figures.js';
import { checkRows, type MeasuredRows } from './measured-rows.js';
import { defaultResamples, resample, scarceUnits, unitsOf } from './resampling.js';

export interface ComparisonOptions {
  readonly metric: MetricName;
  /** Score (0–100) from which on a row is called fraud. */
  readonly threshold: number;
  /** Of the interval, two-sided: 0.95 leaves 2.5 % below and 2.5 % above it. Between 0 and 1. */
  readonly confidence: number;
  /** 2 at least; see {@link defaultResamples}. 1000 give half the interval's width to some 2 %, 200 to 5 %. */
  readonly resamples?: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/**
 * How much better the challenger is than the champion on the same rows, by the model's metric, and how sure that is:
 * a paired bootstrap, each resample measured for both. Rows of one entity are drawn together. With fewer than two frauds
 * (or entities with one), or two without, nothing is sure: the interval is as wide as the metric can differ.
 *
 * The same rows, options and seed give the same result. Yields to the event loop.
 *
 * @throws RangeError for rows that {@link MeasuredRows} does not allow, fewer than 2 resamples or a confidence outside
 * 0–1; the signal's reason
 */
export async function compareOnHoldout(
  rows: Omit<MeasuredRows, 'probabilities'>,
  challenger: Float32Array,
  champion: Float32Array,
  { metric, threshold, confidence, resamples = defaultResamples(rows.labels.length), seed, signal }: ComparisonOptions,
): Promise<PairedComparison> {
  if (!(resamples >= 2)) throw new RangeError(`A comparison takes 2 resamples or more, got ${resamples}`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`The confidence ${confidence} is not between 0 and 1`);
  for (const probabilities of [challenger, champion]) checkRows({ ...rows, probabilities });
  const units = unitsOf(rows);
  await nextTurn(signal);
  const ours = prepare(challenger);
  await nextTurn(signal);
  const theirs = prepare(champion);
  await nextTurn(signal);
  const first = ours.figures(null);
  const second = theirs.figures(null);
  const gain = gainOf(metric, first[metric], second[metric]);
  const gains = new Float64Array(resamples);
  await resample(units, { resamples, seed, signal }, (counts, index) => {
    gains[index] = gainOf(metric, ours.figure(metric, counts), theirs.figure(metric, counts));
  });
  const [low, high] = differenceInterval(gain, gains, confidence, scarceUnits(units));
  const most = metric === 'log_loss' ? MOST_LOG_LOSS : 1;
  return {
    metric,
    challenger: first[metric],
    champion: second[metric],
    gain,
    interval: [Math.max(-most, low), Math.min(most, high)],
    confidence,
    resamples,
    calibrationError: { challenger: first.calibration_error, champion: second.calibration_error },
  };

  function prepare(probabilities: Float32Array): PreparedRows {
    return new PreparedRows(
      { labels: rows.labels, weights: rows.weights ?? null, probabilities },
      { threshold },
      units,
    );
  }
}
