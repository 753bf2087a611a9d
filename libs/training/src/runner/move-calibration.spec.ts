import { describe, expect, it } from '@jest/globals';
import { type Calibration, calibrateLogOdds } from '@app/xgboost';
import { moveCalibration } from './move-calibration.js';

describe('moveCalibration', () => {
  it.each<Calibration>([
    { method: 'none' },
    { method: 'platt', slope: 0.8, intercept: -0.3 },
    { method: 'isotonic', logOdds: [-4, -1, 2], probabilities: [0.01, 0.2, 0.9] },
  ])('gives log-odds that lie lower the same probability: $method', (calibration) => {
    const logOdds = Float32Array.of(-5, -2, -0.5, 0, 1, 3);
    const lower = logOdds.map((each) => each - 1.5);
    const expected = calibrateLogOdds(logOdds, calibration);
    const moved = calibrateLogOdds(lower, moveCalibration(calibration, 1.5));
    for (const [row, probability] of moved.entries()) expect(probability).toBeCloseTo(expected[row] ?? NaN, 6);
  });

  it('leaves a calibration alone that need not be moved', () => {
    expect(moveCalibration({ method: 'none' }, 0)).toEqual({ method: 'none' });
  });
});
