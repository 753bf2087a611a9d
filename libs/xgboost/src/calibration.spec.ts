import { describe, expect, it } from '@jest/globals';
import { type Calibration, calibrate, calibratedContributions, calibrateLogOdds } from './calibration.js';
import { XgboostError } from './errors.js';
import { MAX_LOG_ODDS, logit, sigmoid } from './log-odds.js';

const PLATT: Calibration = { method: 'platt', slope: 0.8, intercept: -1.5 };
const ISOTONIC: Calibration = { method: 'isotonic', logOdds: [-4, -2, 0, 3], probabilities: [0.01, 0.01, 0.3, 0.9] };

describe('calibrateLogOdds', () => {
  it('is a sigmoid of slope and intercept by platt', () => {
    const [low, zero, high] = calibrateLogOdds(Float32Array.of(-2, 0, 2), PLATT);
    expect(low).toBeCloseTo(sigmoid(-3.1), 7);
    expect(zero).toBeCloseTo(sigmoid(-1.5), 7);
    expect(high).toBeCloseTo(sigmoid(0.1), 7);
  });

  it('runs straight between the points by isotonic, and level outside', () => {
    const logOdds = Float32Array.of(-9, -4, -3, -2, -1, 0, 1, 3, 9);
    const expected = [0.01, 0.01, 0.01, 0.01, 0.155, 0.3, 0.5, 0.9, 0.9];
    calibrateLogOdds(logOdds, ISOTONIC).forEach((probability, index) => {
      expect(probability).toBeCloseTo(expected[index] ?? 2, 7);
    });
    const point: Calibration = { method: 'isotonic', logOdds: [1], probabilities: [0.25] };
    expect(calibrateLogOdds(Float32Array.of(-Infinity, 1, 7), point)).toEqual(Float32Array.of(0.25, 0.25, 0.25));
  });

  it('takes no log-odds for more than ±16', () => {
    for (const calibration of [PLATT, ISOTONIC]) {
      expect(calibrateLogOdds(Float32Array.of(Infinity, 1e30, -Infinity), calibration)).toEqual(
        calibrateLogOdds(Float32Array.of(MAX_LOG_ODDS, MAX_LOG_ODDS, -MAX_LOG_ODDS), calibration),
      );
    }
  });

  it.each<[Calibration, RegExp]>([
    [{ method: 'platt', slope: 0, intercept: 0 }, /slope above 0/],
    [{ method: 'platt', slope: 1e-60, intercept: 0 }, /slope above 0/],
    [{ method: 'platt', slope: Number.NaN, intercept: 0 }, /slope above 0/],
    [{ method: 'platt', slope: 1, intercept: Infinity }, /finite intercept/],
    [{ method: 'isotonic', logOdds: [], probabilities: [] }, /at least one/],
    [{ method: 'isotonic', logOdds: [1, 2], probabilities: [0] }, /as many/],
    [{ method: 'isotonic', logOdds: [1, 1], probabilities: [0, 1] }, /ascend/],
    [{ method: 'isotonic', logOdds: [10, 10 + 1e-9], probabilities: [0, 1] }, /ascend/],
    [{ method: 'isotonic', logOdds: [-Infinity, 1], probabilities: [0, 1] }, /finite/],
    [{ method: 'isotonic', logOdds: [1, 2], probabilities: [0.5, 0.4] }, /never fall/],
    [{ method: 'isotonic', logOdds: [1, 2], probabilities: [0, 1.1] }, /from 0 to 1/],
    [{ method: 'isotonic', logOdds: [1, 2], probabilities: [Number.NaN, 1] }, /from 0 to 1/],
  ])('refuses %j', (calibration, message) => {
    expect(() => calibrateLogOdds(Float32Array.of(0), calibration)).toThrow(XgboostError);
    expect(() => calibrateLogOdds(Float32Array.of(0), calibration)).toThrow(message);
  });
});

describe('calibrate', () => {
  it('does the same from probabilities, and nothing for none', () => {
    const probabilities = Float32Array.of(0, 1e-6, 0.02, 0.5, 0.97, 1);
    expect(calibrate(probabilities, { method: 'none' })).toEqual(probabilities);
    const logOdds = probabilities.map(logit);
    for (const calibration of [PLATT, ISOTONIC]) {
      const expected = calibrateLogOdds(logOdds, calibration);
      calibrate(probabilities, calibration).forEach((probability, index) => {
        expect(probability).toBeCloseTo(expected[index] ?? 2, 7);
      });
    }
  });
});

describe('calibratedContributions', () => {
  it('add up to the calibrated log-odds by platt', () => {
    const contributions = Float32Array.of(1, -0.5, -3, 0.25, 2, -3);
    const [a = 0, b = 0, biasOfFirst = 0, c = 0, d = 0, bias = 0] = calibratedContributions(contributions, 3, PLATT);
    expect([a, b, c]).toEqual([0.8, -0.4, 0.2].map(Math.fround));
    const [first = 2, second = 2] = calibrateLogOdds(Float32Array.of(-2.5, -0.75), PLATT);
    expect(sigmoid(a + b + biasOfFirst)).toBeCloseTo(first, 6);
    expect(sigmoid(c + d + bias)).toBeCloseTo(second, 6);
    expect(contributions[0]).toBe(1);
  });

  it('are the raw ones by any other', () => {
    const contributions = Float32Array.of(1, -0.5, -3);
    expect(calibratedContributions(contributions, 3, ISOTONIC)).toEqual(contributions);
    expect(calibratedContributions(contributions, 3, { method: 'none' })).toEqual(contributions);
  });
});
