import type { Calibration } from '@app/xgboost';

/**
 * The calibration that gives the same probability for log-odds that lie `by` lower: of a refit whose sampling moved the
 * log-odds otherwise than that of the fit which was calibrated.
 */
export function moveCalibration(calibration: Calibration, by: number): Calibration {
  if (by === 0) return calibration;
  switch (calibration.method) {
    case 'none':
      return { method: 'platt', slope: 1, intercept: by };
    case 'platt':
      return { ...calibration, intercept: calibration.intercept + calibration.slope * by };
    case 'isotonic':
      return { ...calibration, logOdds: calibration.logOdds.map((each) => each - by) };
  }
}
