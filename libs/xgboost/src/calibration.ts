import { XgboostError } from './errors.js';
import { clipLogOdds, logOddsOf, sigmoid } from './log-odds.js';

/**
 * What makes a probability of what a model says. `logOdds` is ln(p / (1 − p)) of the raw probability p, within ±16.
 *
 * - `none`: the raw probability as it is.
 * - `platt`: sigmoid(slope × logOdds + intercept), slope above 0.
 * - `isotonic`: in straight lines between the points, whose log-odds ascend and whose probabilities never fall; level
 *   beyond the first and the last. A line should rise by no more than about 2 per 1 of log-odds: ONNX Runtime's
 *   log-odds differ from XGBoost's by millionths, and a steeper one shows it.
 */
export type Calibration =
  | { readonly method: 'none' }
  | { readonly method: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly method: 'isotonic'; readonly logOdds: readonly number[]; readonly probabilities: readonly number[] };

/** The lines of an isotonic calibration as the ONNX graph has them, in float32: each rises from one point to the next. */
export interface Ramps {
  /** The probability up to the first ramp. */
  readonly first: number;
  /** Log-odds at which each ramp begins, ascending. */
  readonly from: Float32Array;
  /** 1 / length of each. */
  readonly factors: Float32Array;
  /** By how much the probability rises on each. */
  readonly rises: Float32Array;
}

/** The probabilities (0–1) that the calibrated ONNX graph gives for raw log-odds, to 0.000001. Throws XgboostError. */
export function calibrateLogOdds(logOdds: Float32Array, calibration: Calibration): Float32Array {
  checkCalibration(calibration);
  switch (calibration.method) {
    case 'none':
      return logOdds.map((value) => sigmoid(value));
    case 'platt': {
      const slope = Math.fround(calibration.slope);
      const intercept = Math.fround(calibration.intercept);
      return logOdds.map((value) => sigmoid(Math.fround(clipLogOdds(value) * slope) + intercept));
    }
    case 'isotonic': {
      const ramps = rampsOf(calibration);
      return logOdds.map((value) => alongRamps(clipLogOdds(value), ramps));
    }
  }
}

/**
 * The same from raw probabilities (0–1), as near as they know their log-odds (see `logOddsOf`). Throws XgboostError.
 */
export function calibrate(probabilities: Float32Array, calibration: Calibration): Float32Array {
  if (calibration.method === 'none') return probabilities.slice();
  return calibrateLogOdds(logOddsOf(probabilities), calibration);
}

/**
 * Contributions (rows × perRow, what holds for every row last) that add up to the log-odds of the calibrated
 * probability, as long as the raw ones are within ±16: with `platt` each times the slope, and the intercept onto the
 * last. An isotonic calibration has no such slope; its contributions stay the raw ones, whose order of size and signs
 * hold all the same.
 */
export function calibratedContributions(
  contributions: Float32Array,
  perRow: number,
  calibration: Calibration,
): Float32Array {
  if (calibration.method !== 'platt') return contributions;
  const { slope, intercept } = calibration;
  return contributions.map((value, index) => value * slope + (index % perRow === perRow - 1 ? intercept : 0));
}

/** Throws XgboostError where it is none: a slope that is not above 0, points that do not ascend. */
export function checkCalibration(calibration: Calibration): void {
  if (calibration.method === 'platt') {
    const { slope, intercept } = calibration;
    // In float32, as the graph has them: NaN and what is beyond fail too.
    if (!(Math.fround(slope) > 0 && Math.fround(slope) < Infinity && Math.abs(Math.fround(intercept)) < Infinity)) {
      throw new XgboostError('a calibration by platt needs a finite slope above 0 and a finite intercept');
    }
  }
  if (calibration.method === 'isotonic') checkPoints(calibration);
}

function checkPoints({ logOdds, probabilities }: Calibration & { readonly method: 'isotonic' }): void {
  if (logOdds.length === 0 || logOdds.length !== probabilities.length) {
    throw new XgboostError('an isotonic calibration needs as many log-odds as probabilities, at least one of each');
  }
  for (const [index, value] of logOdds.entries()) {
    const width = Math.fround(value) - Math.fround(logOdds[index - 1] ?? -Infinity);
    // The factor of a line that is all but upright would leave float32.
    if (!(Number.isFinite(Math.fround(value)) && width > 1e-6)) {
      throw new XgboostError('the log-odds of an isotonic calibration must be finite and ascend by more than 0.000001');
    }
  }
  for (const [index, value] of probabilities.entries()) {
    if (!(value >= (probabilities[index - 1] ?? 0) && value <= 1)) {
      throw new XgboostError('the probabilities of an isotonic calibration must be from 0 to 1 and never fall');
    }
  }
}

export function rampsOf({ logOdds, probabilities }: Calibration & { readonly method: 'isotonic' }): Ramps {
  const points = Float32Array.from(logOdds);
  const from = points.subarray(0, -1);
  return {
    first: Math.fround(probabilities[0] ?? 0),
    from,
    factors: from.map((start, index) => 1 / ((points[index + 1] ?? 0) - start)),
    rises: from.map((_, index) => (probabilities[index + 1] ?? 0) - (probabilities[index] ?? 0)),
  };
}

/** The ramps below are done and those above not begun: the sum that the graph takes over all of them. */
function alongRamps(logOdds: number, { first, from, factors, rises }: Ramps): number {
  let probability = first;
  for (let ramp = 0; ramp < from.length && logOdds > (from[ramp] ?? Infinity); ramp += 1) {
    const done = Math.fround(Math.fround(logOdds - (from[ramp] ?? 0)) * (factors[ramp] ?? 0));
    probability += Math.min(1, done) * (rises[ramp] ?? 0);
  }
  return Math.min(1, probability);
}
