import type { HoldoutMetrics, Interval } from '@app/model-registry';
import { nextTurn } from '../next-turn.js';
import { type FigureOptions, PreparedRows } from './figures.js';
import { percentileInterval } from './interval.js';
import { checkRows, type MeasuredRows } from './measured-rows.js';
import { PRECISION_AT } from './ranking-figures.js';
import { defaultResamples, resample, scarceUnits, type Units, unitsOf } from './resampling.js';
import { wilson } from './wilson.js';

const CONFIDENCE = 0.95;

/** Figures that are no shares: 0 and 1 are no ends. */
const UNBOUNDED: ReadonlySet<string> = new Set(['log_loss', 'expected_cost']);

export interface MeasureOptions extends FigureOptions {
  readonly seed: number;
  /** Resamples of the intervals; see {@link defaultResamples}. */
  readonly resamples?: number;
  readonly signal?: AbortSignal;
}

/**
 * Measures probabilities against what the rows turned out to be, each row counted by its weight, with scikit-learn's
 * definitions where it has one (see `rankingFigures`, `probabilityFigures`, `cardPrecision`, `expectedCost`), and each
 * figure's 95 % interval by bootstrap: rows are drawn, or whole entities where they are known. With fewer than two frauds
 * (or entities with one), or two without, there are no intervals: drawing the one again and again, it would look sure.
 *
 * Nothing to divide by is 0: precision without a row called fraud, recall and average precision without a fraud, f1
 * without either. The same rows, options and seed give the same figures. Yields to the event loop.
 *
 * @throws RangeError for rows that {@link MeasuredRows} does not allow, the signal's reason
 */
export async function measure(rows: MeasuredRows, options: MeasureOptions): Promise<HoldoutMetrics> {
  checkRows(rows);
  const units = unitsOf(rows);
  await nextTurn(options.signal);
  const prepared = new PreparedRows(rows, options, units);
  await nextTurn(options.signal);
  const { confusion, ...figures } = prepared.figures(null);
  const { true_positives, false_positives, true_negatives, false_negatives } = confusion;
  return {
    average_precision: figures.average_precision,
    roc_auc: figures.roc_auc,
    ks: figures.ks,
    recall_at_fpr_0_001: figures.recall_at_fpr_0_001,
    recall_at_fpr_0_01: figures.recall_at_fpr_0_01,
    precision: figures.precision,
    recall: figures.recall,
    f1: figures.f1,
    accuracy: figures.accuracy,
    log_loss: figures.log_loss,
    brier: figures.brier,
    calibration_error: figures.calibration_error,
    precision_at: PRECISION_AT.flatMap((k) => {
      const precision = figures[`precision_at_${k}`];
      return precision === undefined ? [] : [{ k, precision }];
    }),
    card_precision_at_100: figures['card_precision_at_100'] ?? null,
    expected_cost: figures['expected_cost'] ?? null,
    reliability: prepared.reliability(),
    confusion,
    threshold: options.threshold,
    rows: rows.labels.length,
    frauds: fraudsOf(rows.labels),
    weight: true_positives + false_positives + true_negatives + false_negatives,
    fraud_weight: true_positives + false_negatives,
    intervals: await intervalsOf(prepared, figures, units, rows.labels.length, options),
  };
}

async function intervalsOf(
  prepared: PreparedRows,
  figures: Readonly<Partial<Record<string, number>>>,
  units: Units,
  rows: number,
  { seed, resamples = defaultResamples(rows), signal }: MeasureOptions,
): Promise<Record<string, Interval>> {
  const independent = scarceUnits(units);
  if (independent < 2) return {};
  const drawn = new Map(Object.keys(figures).map((name) => [name, new Float64Array(resamples)]));
  await resample(units, { resamples, seed, signal }, (counts, index) => {
    const again: Partial<Record<string, unknown>> = prepared.figures(counts);
    for (const [name, values] of drawn) values[index] = Number(again[name] ?? NaN);
  });
  return Object.fromEntries(
    [...drawn].map(([name, values]) => {
      const figure = figures[name] ?? NaN;
      // No resample of what is without a fault has one: that is no proof that there are none.
      const faultless =
        (figure === 0 || figure === 1) && !UNBOUNDED.has(name) && values.every((each) => each === figure);
      const interval = faultless
        ? wilson(figure, independent)
        : percentileInterval(figure, values, CONFIDENCE, independent);
      return [name, interval];
    }),
  );
}

function fraudsOf(labels: Uint8Array): number {
  let frauds = 0;
  for (let row = 0; row < labels.length; row++) frauds += labels[row] ?? 0;
  return frauds;
}
