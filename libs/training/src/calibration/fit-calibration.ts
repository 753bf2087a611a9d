import { type Calibration, clipLogOdds } from '@app/xgboost';
import { descendingOrder } from '../float-order.js';
import { checkWeights } from '../metrics/measured-rows.js';
import { nextTurn } from '../next-turn.js';
import { type Candidate, crossValidate, drawFolds, type HeldOutLoss } from './cross-validate.js';
import { fitIsotonic } from './fit-isotonic.js';
import { fitPlatt } from './fit-platt.js';

export type CalibrationMethod = 'none' | 'platt' | 'isotonic';

export interface CalibrationOptions {
  /** `auto`: what the cross-validation prefers. */
  readonly method: 'auto' | CalibrationMethod;
  /** Log-odds to add to the model's, to undo how its training rows were sampled; 0 where they were not. */
  readonly shift: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface FittedCalibration {
  /** Takes the raw log-odds, the shift included. */
  readonly calibration: Calibration;
  /** `none` may still be a `platt` calibration: of slope 1, with the shift as its intercept. */
  readonly method: CalibrationMethod;
  /** Weighted mean log loss in nats of each candidate, cross-validated on the rows; empty where that is not possible. */
  readonly logLoss: Record<string, number>;
}

/** Isotonic regression has as many degrees of freedom as it finds; from fewer frauds it learns their noise. */
const FRAUDS_FOR_ISOTONIC = 100;

/**
 * Fits what makes probabilities of a model's raw log-odds, on rows that it was not trained on.
 *
 * `auto` takes Platt scaling or, from 100 frauds on, isotonic regression, whichever has the lower weighted log loss in
 * a stratified five-fold cross-validation of the rows; but neither, unless its gain over no calibration is above one
 * standard error of that gain: a simpler answer is not given up for what may be chance (Breiman's rule). Rows of a
 * single class give no calibration, whatever was asked for. The same rows and seed give the same calibration. Yields to the
 * event loop.
 *
 * @param logOdds as ONNX Runtime will see them; beyond ±16 they count as ±16 @param labels 0 or 1 @param weights see `MeasuredRows`
 * @throws RangeError for differing lengths, no rows, log-odds that are NaN or weights that are not allowed;
 * the signal's reason
 */
export async function fitCalibrationOnLogOdds(
  logOdds: Float32Array,
  labels: Uint8Array,
  weights: Float64Array | null,
  { method, shift, seed, signal }: CalibrationOptions,
): Promise<FittedCalibration> {
  check(logOdds, labels, weights);
  const within = logOdds.map(clipLogOdds);
  const rows = {
    logOdds: within,
    labels,
    weights: weights ?? new Float64Array(labels.length).fill(1),
    order: descendingOrder(within).reverse(),
  };
  const candidates: Record<CalibrationMethod, Candidate> = {
    none: () => unfitted(shift),
    platt: async (part) => {
      const { slope, intercept } = await fitPlatt(plus(part.logOdds, shift), part.labels, part.weights, signal);
      return { method: 'platt', slope, intercept: slope * shift + intercept };
    },
    isotonic: (part) => ({ method: 'isotonic', ...fitIsotonic(part) }),
  };
  const { frauds, legitimate } = countClasses(rows.labels, rows.weights);
  const allowed = (['none', 'platt', 'isotonic'] as const).filter(
    (name) =>
      name === 'none' || name === method || (name === 'platt' ? method === 'auto' : frauds >= FRAUDS_FOR_ISOTONIC),
  );
  const losses = new Map<CalibrationMethod, HeldOutLoss>();
  if (Math.min(frauds, legitimate) >= 2) {
    await nextTurn(signal);
    const folds = drawFolds(rows, seed);
    for (const name of allowed) losses.set(name, await crossValidate(candidates[name], rows, folds, signal));
  }
  const chosen = Math.min(frauds, legitimate) === 0 ? 'none' : method === 'auto' ? choose(losses) : method;
  await nextTurn(signal);
  return {
    calibration: await candidates[chosen](rows),
    method: chosen,
    logLoss: Object.fromEntries([...losses].map(([name, { mean }]) => [name, mean])),
  };
}

/** The least loss, if it beats that of `none` by more than a standard error of the difference. */
function choose(losses: ReadonlyMap<CalibrationMethod, HeldOutLoss>): CalibrationMethod {
  const none = losses.get('none');
  if (!none) return 'none';
  let best: CalibrationMethod = 'none';
  for (const [name, { mean }] of losses) if (mean < (losses.get(best)?.mean ?? Infinity)) best = name;
  const loss = losses.get(best);
  return loss && loss.gainOver(none) > 0 ? best : 'none';
}

/** In double precision. */
function plus(logOdds: Float32Array, shift: number): Float64Array {
  const shifted = new Float64Array(logOdds.length);
  for (let row = 0; row < shifted.length; row++) shifted[row] = (logOdds[row] ?? 0) + shift;
  return shifted;
}

function unfitted(shift: number): Calibration {
  return shift === 0 ? { method: 'none' } : { method: 'platt', slope: 1, intercept: shift };
}

function countClasses(labels: Uint8Array, weights: Float64Array): { frauds: number; legitimate: number } {
  let [frauds, legitimate] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    if ((weights[row] ?? 0) === 0) continue;
    if (labels[row] === 1) frauds++;
    else legitimate++;
  }
  return { frauds, legitimate };
}

function check(logOdds: Float32Array, labels: Uint8Array, weights: Float64Array | null): void {
  if (labels.length === 0) throw new RangeError('There are no rows to calibrate on');
  if (logOdds.length !== labels.length || (weights && weights.length !== labels.length)) {
    throw new RangeError(`${labels.length} labels, but ${logOdds.length} log-odds`);
  }
  for (let row = 0; row < logOdds.length; row++) {
    if (Number.isNaN(logOdds[row])) throw new RangeError(`The log-odds in row ${row} are not a number`);
  }
  if (weights) checkWeights(weights);
}
