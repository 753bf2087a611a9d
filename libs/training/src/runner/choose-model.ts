import type { Vectoriser } from '@app/features';
import { type ThresholdCurve, thresholdCurve } from '@app/model-registry';
import type { Calibration, TrainingParams } from '@app/xgboost';
import { type CalibrationMethod, fitCalibrationOnLogOdds } from '../calibration/fit-calibration.js';
import type { LabelledTable } from '../data/read-table.js';
import { nextTurn } from '../next-turn.js';
import { folds } from '../splits/folds.js';
import type { Split } from '../splits/split.js';
import { amountsOf } from './amounts.js';
import { type Fit, fit, type FitPlan } from './fit.js';
import { partOf } from './parts.js';
import { searchParams } from './search-params.js';
import type { TrainingHooks, TrainingPlan } from './training-plan.js';

/** A data set that is ready to be trained on. */
export interface Prepared {
  readonly data: LabelledTable;
  readonly vectoriser: Vectoriser;
  readonly split: Split;
}

/** What was chosen on the training and calibration parts, of which the holdout knows nothing. */
export interface Chosen {
  readonly fit: Fit;
  readonly params: TrainingParams;
  readonly calibration: Calibration;
  /** What was fitted: `none` is a `platt` calibration, too, where it only undoes the sampling. */
  readonly method: CalibrationMethod;
  readonly logLoss: Readonly<Record<string, number>>;
  readonly curve: ThresholdCurve;
}

/** What was asked for, or what a search on the training part finds best. */
export async function chooseParams(
  fits: FitPlan,
  { data, vectoriser, split }: Prepared,
  { definition, params, options, seed, threshold }: TrainingPlan,
  { onSearching, onTrial, onProgress }: TrainingHooks,
): Promise<TrainingParams> {
  const { search } = options;
  if (!search) return params;
  onSearching();
  const parts = folds(data, split.train, {
    method: split.method,
    count: search.folds,
    gap: options.split.gap_seconds,
    seed,
  });
  const best = await searchParams(fits, {
    trials: search.trials,
    folds: parts,
    metric: definition.metric,
    threshold,
    params,
    partOf: (rows) => partOf(data, vectoriser, rows, fits.signal),
    onTrial,
    onProgress,
  });
  return best.params;
}

/** Trains on the training part; the calibration part ends the boosting, makes probabilities and sets the cut-offs. */
export async function chooseModel(
  fits: FitPlan,
  { data, vectoriser, split }: Prepared,
  params: TrainingParams,
  { definition, options, costColumn }: TrainingPlan,
  onProgress: (fraction: number) => void,
): Promise<Chosen> {
  const validation = await partOf(data, vectoriser, split.calibration, fits.signal);
  const train = await partOf(data, vectoriser, split.train, fits.signal);
  await nextTurn(fits.signal);
  const first = await fit(fits, params, train, validation, onProgress);
  const { booster } = first;
  try {
    const logOdds = await booster.logOdds(validation.matrix, validation.rows, fits.threads);
    const { calibration, method, logLoss } = await fitCalibrationOnLogOdds(
      logOdds,
      validation.labels,
      validation.weights,
      {
        method: options.calibration,
        shift: first.shift,
        seed: fits.seed,
        signal: fits.signal,
      },
    );
    const curve = thresholdCurve(
      validation.labels,
      await booster.predict(validation.matrix, validation.rows, fits.threads, calibration),
      validation.weights,
      amountsOf(data, definition, split.calibration, costColumn),
    );
    return { fit: first, params, calibration, method, logLoss, curve };
  } catch (error) {
    await booster.dispose();
    throw error;
  }
}

/** The fit that is kept: the first, or another on all rows but the holdout, with as many rounds as the first kept. */
export async function finalFit(
  fits: FitPlan,
  { data, vectoriser }: Prepared,
  development: Uint32Array,
  { fit: first, params }: Chosen,
  refit: boolean,
  onProgress: (fraction: number) => void,
): Promise<Fit> {
  if (!refit) return first;
  const { rounds } = first.booster;
  await first.booster.dispose();
  return fit(fits, { ...params, rounds }, await partOf(data, vectoriser, development, fits.signal), null, onProgress);
}
