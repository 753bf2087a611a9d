import { isBetter, type MetricName } from '@app/features';
import { calibrate, type TrainingParams } from '@app/xgboost';
import { metricOf } from '../metrics/metric-of.js';
import { runSearch, type Trial } from '../search/run-search.js';
import type { Fold } from '../splits/folds.js';
import { fit, type FitPlan } from './fit.js';
import type { Part } from './parts.js';

export interface SearchPlan {
  readonly trials: number;
  readonly folds: readonly Fold[];
  readonly metric: MetricName;
  /** The score from which a row counts as called fraud. */
  readonly threshold: number;
  /** What the caller fixed. */
  readonly params: TrainingParams;
  readonly partOf: (rows: Uint32Array) => Promise<Part>;
  /** Told of each trial when it is done. */
  readonly onTrial: (trial: Trial) => Promise<void>;
  /** The share of the search that is done, 0–1. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Tries sets of parameters on the folds of the training rows and gives the best by the model's metric.
 * @throws XgboostError when every trial fails, the signal's reason
 */
export async function searchParams(fits: FitPlan, plan: SearchPlan): Promise<Trial> {
  const { metric, threshold, folds, trials } = plan;
  const all = trials * folds.length;
  let done = 0;
  return runSearch({
    algorithm: fits.algorithm,
    trials,
    folds,
    base: plan.params,
    seed: fits.seed,
    isBetter: (a, b) => isBetter(metric, a, b),
    signal: fits.signal,
    onTrial: plan.onTrial,
    evaluate: async (params, { train, validation }) => {
      const judged = await plan.partOf(validation);
      const { booster, shift } = await fit(fits, params, await plan.partOf(train), judged, (fraction) => {
        plan.onProgress((done + fraction) / all);
      });
      try {
        const raw = await booster.predict(judged.matrix, judged.rows, fits.threads);
        const probabilities = calibrate(raw, { method: 'platt', slope: 1, intercept: shift });
        done += 1;
        return { value: metricOf(metric, { ...judged, probabilities }, { threshold }), rounds: booster.rounds };
      } finally {
        await booster.dispose();
      }
    },
  });
}
