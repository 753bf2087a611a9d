import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { type Calibration, calibrateLogOdds } from '@app/xgboost';
import { EPSILON } from '../metrics/probability-figures.js';
import { nextTurn } from '../next-turn.js';
import { seededRandom } from '../seeded-random.js';

const FOLDS = 5;

/** Rows to fit a calibration to. */
export interface CalibrationRows {
  /** Within ±MAX_LOG_ODDS. */
  readonly logOdds: Float32Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
  /** Row numbers by ascending log-odds. */
  readonly order: Uint32Array;
}

/** Fits a calibration to some of the rows. */
export type Candidate = (rows: CalibrationRows) => Calibration | Promise<Calibration>;

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

/**
 * Each row's loss under the candidate fitted without its fold. Yields to the event loop.
 * @param folds see {@link drawFolds} @throws the signal's reason
 */
export async function crossValidate(
  candidate: Candidate,
  rows: CalibrationRows,
  folds: Uint8Array,
  signal?: AbortSignal,
): Promise<HeldOutLoss> {
  const losses = new Float64Array(rows.labels.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const kept = rows.order.filter((row) => folds[row] !== fold);
    await nextTurn(signal);
    const calibration = await candidate(take(rows, kept));
    await nextTurn(signal);
    const heldOut = rows.order.filter((row) => folds[row] === fold);
    const { logOdds, labels } = take(rows, heldOut);
    const probabilities = calibrateLogOdds(logOdds, calibration);
    for (let at = 0; at < heldOut.length; at++) {
      const clipped = Math.min(Math.max(probabilities[at] ?? 0, EPSILON), 1 - EPSILON);
      losses[heldOut[at] ?? 0] = -Math.log(labels[at] === 1 ? clipped : 1 - clipped);
    }
  }
  return new HeldOutLoss(losses, rows.weights);
}

/** Some of the rows, in the order given. */
function take({ logOdds, labels, weights }: CalibrationRows, rows: Uint32Array): CalibrationRows {
  const taken = {
    logOdds: new Float32Array(rows.length),
    labels: new Uint8Array(rows.length),
    weights: new Float64Array(rows.length),
    order: new Uint32Array(rows.length),
  };
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    taken.logOdds[at] = logOdds[row] ?? 0;
    taken.labels[at] = labels[row] ?? 0;
    taken.weights[at] = weights[row] ?? 0;
    taken.order[at] = at;
  }
  return taken;
}

/** A fold per row: of each class (rows without weight apart) every fold has as many, give or take one. */
export function drawFolds({ labels, weights }: CalibrationRows, seed: number): Uint8Array {
  const random = seededRandom(seed);
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
