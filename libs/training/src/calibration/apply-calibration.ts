import type { Calibration } from '@app/xgboost';

/** The probability that a calibration makes of raw log-odds, in double precision. */
export function calibrated(logOdds: number, calibration: Calibration): number {
  switch (calibration.method) {
    case 'none':
      return sigmoid(logOdds);
    case 'platt':
      return sigmoid(calibration.slope * logOdds + calibration.intercept);
    case 'isotonic':
      return interpolate(logOdds, calibration.logOdds, calibration.probabilities);
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** In straight lines between the points, level beyond the first and the last. */
function interpolate(x: number, xs: readonly number[], ys: readonly number[]): number {
  let [below, above] = [0, xs.length - 1];
  if (x <= (xs[below] ?? NaN)) return ys[below] ?? NaN;
  if (x >= (xs[above] ?? NaN)) return ys[above] ?? NaN;
  while (above - below > 1) {
    const middle = (below + above) >>> 1;
    if ((xs[middle] ?? NaN) <= x) below = middle;
    else above = middle;
  }
  const [x0 = NaN, x1 = NaN, y0 = NaN, y1 = NaN] = [xs[below], xs[above], ys[below], ys[above]];
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}
