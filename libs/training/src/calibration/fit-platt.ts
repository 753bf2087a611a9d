/** p = sigmoid(slope × logOdds + intercept). */
export interface Platt {
  readonly slope: number;
  readonly intercept: number;
}

/** A ranking is never turned round: where the data say so, all but flat is the best that is left. */
const LEAST_SLOPE = 1e-3;

const MAX_STEPS = 100;
const CLOSE_ENOUGH = 1e-10;

/** Rows to fit to. `targets` is the probability each row is pulled to. */
interface Fit {
  readonly logOdds: Float64Array;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Platt scaling: slope and intercept of the greatest weighted likelihood, by Newton's steps, halved until they lead
 * downhill. The targets are smoothed as Platt did it, (N₊ + 1) / (N₊ + 2) and 1 / (N₋ + 2) for the rows N₊ and N₋ of
 * each class, so that classes that do not overlap do not give an endless slope; scikit-learn's `_SigmoidCalibration`
 * has the same.
 *
 * @param labels both 0 and 1 among those of a weight above 0
 */
export function fitPlatt(logOdds: Float64Array, labels: Uint8Array, weights: Float64Array): Platt {
  const fit = { logOdds, targets: smoothedTargets(labels), weights };
  const free = newton(fit, { slope: 1, intercept: 0 }, true);
  return free.slope >= LEAST_SLOPE ? free : newton(fit, { slope: LEAST_SLOPE, intercept: 0 }, false);
}

function newton(fit: Fit, start: Platt, slopeIsFree: boolean): Platt {
  let at = start;
  let loss = lossOf(fit, at);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { slope, intercept } = direction(fit, at, slopeIsFree);
    let next = at;
    let nextLoss = Infinity;
    for (let share = 1; share > 1e-9 && nextLoss > loss; share /= 2) {
      next = { slope: at.slope + share * slope, intercept: at.intercept + share * intercept };
      nextLoss = lossOf(fit, next);
    }
    if (!(nextLoss <= loss)) return at;
    at = next;
    loss = nextLoss;
    if (Math.abs(slope) + Math.abs(intercept) < CLOSE_ENOUGH) return at;
  }
  return at;
}

/** Minus the inverse of the second derivatives times the first. */
function direction({ logOdds, targets, weights }: Fit, { slope, intercept }: Platt, slopeIsFree: boolean): Platt {
  let [gradientSlope, gradientIntercept, curveSlope, curveBoth, curveIntercept] = [0, 0, 0, 0, 0];
  for (let row = 0; row < logOdds.length; row++) {
    const x = logOdds[row] ?? 0;
    const weight = weights[row] ?? 0;
    const probability = 1 / (1 + Math.exp(-slope * x - intercept));
    const stray = weight * (probability - (targets[row] ?? 0));
    const curve = weight * probability * (1 - probability);
    gradientSlope += stray * x;
    gradientIntercept += stray;
    curveSlope += curve * x * x;
    curveBoth += curve * x;
    curveIntercept += curve;
  }
  // A little on the diagonal keeps it invertible where all log-odds are the same.
  const ridge = 1e-12 * (curveSlope + curveIntercept) + Number.MIN_VALUE;
  curveSlope += ridge;
  curveIntercept += ridge;
  if (!slopeIsFree) return { slope: 0, intercept: -gradientIntercept / curveIntercept };
  const determinant = curveSlope * curveIntercept - curveBoth * curveBoth;
  if (!(determinant > 0)) return { slope: 0, intercept: -gradientIntercept / curveIntercept };
  return {
    slope: -(curveIntercept * gradientSlope - curveBoth * gradientIntercept) / determinant,
    intercept: -(curveSlope * gradientIntercept - curveBoth * gradientSlope) / determinant,
  };
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

function smoothedTargets(labels: Uint8Array): Float64Array {
  let frauds = 0;
  for (let row = 0; row < labels.length; row++) frauds += labels[row] ?? 0;
  const legitimate = labels.length - frauds;
  const targets = new Float64Array(labels.length);
  for (let row = 0; row < targets.length; row++) {
    targets[row] = labels[row] === 1 ? (frauds + 1) / (frauds + 2) : 1 / (legitimate + 2);
  }
  return targets;
}
