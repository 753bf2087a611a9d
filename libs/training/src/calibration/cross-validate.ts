import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';
import type { Calibration } from '@app/xgboost';
import { calibrated } from './apply-calibration.js';

const FOLDS = 5;

/** The generator's first numbers still show the bits of its seed. */
const WARM_UP = 64;

/** Probabilities are kept this far from 0 and 1, as in the log loss of the metrics. */
const EPSILON = 2 ** -23;

/** Rows to fit a calibration to. */
export interface CalibrationRows {
  readonly logOdds: Float64Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
  /** Row numbers by ascending log-odds. */
  readonly order: Uint32Array;
}

/** Fits a calibration to some of the rows. */
export type Candidate = (rows: CalibrationRows) => Calibration;

/** Log loss of rows that the calibration was not fitted to. */
export class HeldOutLoss {
  /** Weighted, in nats. */
  readonly mean: number;

  constructor(
    private readonly losses: Float64Array,
    private readonly weights: Float64Array,
  ) {
    this.mean = weightedMean(losses, weights);
  }

  /** How much lower it is than the other on the same rows, less one standard error of the difference. */
  gainOver(other: HeldOutLoss): number {
    const { losses, weights } = this;
    const gains = losses.map((loss, row) => (other.losses[row] ?? NaN) - loss);
    const gain = weightedMean(gains, weights);
    let squares = 0;
    let total = 0;
    for (let row = 0; row < gains.length; row++) {
      const weight = weights[row] ?? 0;
      squares += (weight * ((gains[row] ?? 0) - gain)) ** 2;
      total += weight;
    }
    return gain - Math.sqrt(squares) / total;
  }
}

/** Each row's loss under the candidate fitted without its fold. Folds are stratified and drawn by the seed. */
export function crossValidate(candidate: Candidate, rows: CalibrationRows, seed: number): HeldOutLoss {
  const { labels, logOdds, weights } = rows;
  const folds = drawFolds(rows, seed);
  const losses = new Float64Array(labels.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const calibration = candidate(without(rows, folds, fold));
    for (let row = 0; row < labels.length; row++) {
      if (folds[row] !== fold) continue;
      const probability = calibrated(logOdds[row] ?? 0, calibration);
      const clipped = Math.min(Math.max(probability, EPSILON), 1 - EPSILON);
      losses[row] = -Math.log(labels[row] === 1 ? clipped : 1 - clipped);
    }
  }
  return new HeldOutLoss(losses, weights);
}

/** The rows outside the fold, still in order. */
function without(
  { logOdds, labels, weights, order }: CalibrationRows,
  folds: Uint8Array,
  fold: number,
): CalibrationRows {
  const kept = order.filter((row) => folds[row] !== fold);
  return {
    logOdds: Float64Array.from(kept, (row) => logOdds[row] ?? 0),
    labels: Uint8Array.from(kept, (row) => labels[row] ?? 0),
    weights: Float64Array.from(kept, (row) => weights[row] ?? 0),
    order: Uint32Array.from(kept, (_, position) => position),
  };
}

/** A fold per row: of each class (rows without weight apart) every fold has as many, give or take one. */
function drawFolds({ labels, weights }: CalibrationRows, seed: number): Uint8Array {
  const random = xoroshiro128plus(seed);
  skipN(random, WARM_UP);
  const shuffled = new Uint32Array(labels.length);
  for (let row = 0; row < shuffled.length; row++) {
    const other = uniformInt(random, 0, row);
    shuffled[row] = shuffled[other] ?? 0;
    shuffled[other] = row;
  }
  const folds = new Uint8Array(labels.length);
  const next = [0, 0, 0];
  for (let at = 0; at < shuffled.length; at++) {
    const row = shuffled[at] ?? 0;
    const kind = (weights[row] ?? 0) === 0 ? 2 : (labels[row] ?? 0);
    const fold = next[kind] ?? 0;
    folds[row] = fold;
    next[kind] = (fold + 1) % FOLDS;
  }
  return folds;
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    sum += (weights[row] ?? 0) * (values[row] ?? 0);
    total += weights[row] ?? 0;
  }
  return sum / total;
}
