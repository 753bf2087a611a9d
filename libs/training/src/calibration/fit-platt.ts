import { nextTurn } from '../next-turn.js';

/** p = sigmoid(slope × logOdds + intercept). */
export interface Platt {
  readonly slope: number;
  readonly intercept: number;
}

/** A ranking is never turned round: where the data say so, all but flat is the best that is left. */
const LEAST_SLOPE = 1e-3;

const MAX_STEPS = 100;
/** Likelihood still to be gained, as a share of the loss: far below what more rows would change. */
const CLOSE_ENOUGH = 1e-13;

/** Rows to fit to. `targets` is the probability each row is pulled to. */
interface Fit {
  readonly logOdds: Float64Array;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Platt scaling: slope and intercept of the greatest weighted likelihood, by Newton's steps, halved until they lead
 * downhill. The targets are smoothed as Platt did it, (N₊ + 1) / (N₊ + 2) and 1 / (N₋ + 2) for the weights N₊ and N₋ of
 * each class, so that classes that do not overlap do not give an endless slope; scikit-learn's `_SigmoidCalibration`
 * has the same. Yields to the event loop after each step.
 *
 * @param labels both 0 and 1 among those of a weight above 0 @throws the signal's reason
 */
export async function fitPlatt(
  logOdds: Float64Array,
  labels: Uint8Array,
  weights: Float64Array,
  signal?: AbortSignal,
): Promise<Platt> {
  const fit = { logOdds, targets: smoothedTargets(labels, weights), weights };
  const free = await newton(fit, { slope: 1, intercept: 0 }, true, signal);
  return free.slope >= LEAST_SLOPE ? free : newton(fit, { slope: LEAST_SLOPE, intercept: 0 }, false, signal);
}

async function newton(fit: Fit, start: Platt, slopeIsFree: boolean, signal: AbortSignal | undefined): Promise<Platt> {
  let at = start;
  let loss = lossOf(fit, at);
  for (let taken = 0; taken < MAX_STEPS; taken++) {
    await nextTurn(signal);
    const step = stepFrom(fit, at, slopeIsFree);
    if (!(step.gain > CLOSE_ENOUGH * loss)) return at;
    let next = at;
    let nextLoss = Infinity;
    for (let share = 1; share > 1e-6 && !(nextLoss < loss); share /= 2) {
      next = { slope: at.slope + share * step.slope, intercept: at.intercept + share * step.intercept };
      nextLoss = lossOf(fit, next);
    }
    if (!(nextLoss < loss)) return at;
    at = next;
    loss = nextLoss;
  }
  return at;
}

/** Newton's step, minus the inverse of the second derivatives times the first, and what it should gain. */
function stepFrom(
  { logOdds, targets, weights }: Fit,
  { slope, intercept }: Platt,
  slopeIsFree: boolean,
): Platt & { readonly gain: number } {
  let [bySlope, byIntercept, curveSlope, curveBoth, curveIntercept] = [0, 0, 0, 0, 0];
  for (let row = 0; row < logOdds.length; row++) {
    const x = logOdds[row] ?? 0;
    const weight = weights[row] ?? 0;
    const probability = 1 / (1 + Math.exp(-slope * x - intercept));
    const stray = weight * (probability - (targets[row] ?? 0));
    const curve = weight * probability * (1 - probability);
    bySlope += stray * x;
    byIntercept += stray;
    curveSlope += curve * x * x;
    curveBoth += curve * x;
    curveIntercept += curve;
  }
  const determinant = curveSlope * curveIntercept - curveBoth * curveBoth;
  // Rows of equal log-odds know no slope: rounding alone makes their determinant more than nothing.
  const both = slopeIsFree && determinant > 1e-12 * curveSlope * curveIntercept;
  const step = both
    ? {
        slope: (curveBoth * byIntercept - curveIntercept * bySlope) / determinant,
        intercept: (curveBoth * bySlope - curveSlope * byIntercept) / determinant,
      }
    : { slope: 0, intercept: -byIntercept / curveIntercept };
  return { ...step, gain: -(step.slope * bySlope + step.intercept * byIntercept) / 2 };
}

function lossOf({ logOdds, targets, weights }: Fit, { slope, intercept }: Platt): number {
  let sum = 0;
  for (let row = 0; row < logOdds.length; row++) {
    const x = slope * (logOdds[row] ?? 0) + intercept;
    // ln(1 + eˣ) − t x, without overflow.
    sum += (weights[row] ?? 0) * (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - (targets[row] ?? 0) * x);
  }
  return sum;
}

function smoothedTargets(labels: Uint8Array, weights: Float64Array): Float64Array {
  let [frauds, legitimate] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === 1) frauds += weights[row] ?? 0;
    else legitimate += weights[row] ?? 0;
  }
  const targets = new Float64Array(labels.length);
  for (let row = 0; row < targets.length; row++) {
    targets[row] = labels[row] === 1 ? (frauds + 1) / (frauds + 2) : 1 / (legitimate + 2);
  }
  return targets;
}
