import { describe, expect, it } from '@jest/globals';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';
import { normals } from '../metrics/testing/drawn-scores.js';
import { calibrated } from './apply-calibration.js';
import { fitCalibration, fitCalibrationOnLogOdds, type FittedCalibration } from './fit-calibration.js';

interface Drawn {
  readonly logOdds: Float32Array;
  readonly labels: Uint8Array;
}

/** Rows whose true log-odds are a function of the raw ones. */
function draw(rows: number, truth: (raw: number) => number, seed: number): Drawn {
  const normal = normals(seed);
  const logOdds = Float32Array.from({ length: rows }, () => -4 + 2 * normal());
  const random = xoroshiro128plus(~seed);
  skipN(random, 64);
  const labels = Uint8Array.from(logOdds, (raw) => (uniformFloat64(random) < 1 / (1 + Math.exp(-truth(raw))) ? 1 : 0));
  return { logOdds, labels };
}

function fit({ logOdds, labels }: Drawn, method: 'auto' | 'none' | 'platt' | 'isotonic', shift = 0): FittedCalibration {
  return fitCalibrationOnLogOdds(logOdds, labels, null, { method, shift, seed: 1 });
}

/** Sum of the probabilities over the number of frauds: 1 if they are right on the whole. */
function bias({ calibration }: FittedCalibration, { logOdds, labels }: Drawn): number {
  const foretold = logOdds.reduce((sum, each) => sum + calibrated(each, calibration), 0);
  return foretold / labels.reduce((sum, label) => sum + label, 0);
}

const twisted = (raw: number): number => (raw < -5 ? 0.2 * raw - 3 : raw < -2 ? 1.5 * raw + 3.5 : 0.2 * raw + 0.9);

describe('fitCalibration', () => {
  it('undoes a slope and an intercept by Platt scaling', () => {
    const rows = draw(20_000, (raw) => 0.5 * raw + 1, 1);
    const fitted = fit(rows, 'auto');
    expect(fitted).toMatchObject({ method: 'platt', calibration: { method: 'platt' } });
    expect(fitted.logLoss['platt']).toBeLessThan(fitted.logLoss['none'] ?? NaN);
    expect(
      bias(
        fitted,
        draw(20_000, (raw) => 0.5 * raw + 1, 2),
      ),
    ).toBeCloseTo(1, 1);
  });

  it('follows what has no slope by isotonic regression, where there are frauds enough', () => {
    const fitted = fit(draw(20_000, twisted, 1), 'auto');
    expect(fitted.method).toBe('isotonic');
    expect(bias(fitted, draw(20_000, twisted, 2))).toBeCloseTo(1, 1);
    const few = draw(300, twisted, 1);
    expect(few.labels.reduce((sum, label) => sum + label, 0)).toBeLessThan(100);
    expect(Object.keys(fit(few, 'auto').logLoss).sort()).toEqual(['none', 'platt']);
    expect(fit(few, 'isotonic').method).toBe('isotonic');
  });

  it('leaves alone what is right already', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const fitted = fit(
        draw(3_000, (raw) => raw, seed),
        'auto',
      );
      expect(fitted).toMatchObject({ method: 'none', calibration: { method: 'none' } });
    }
  });

  it('undoes the sampling of the training rows first', () => {
    const rows = draw(5_000, (raw) => raw - 2, 3);
    expect(fit(rows, 'auto', -2)).toMatchObject({
      method: 'none',
      calibration: { method: 'platt', slope: 1, intercept: -2 },
    });
    expect(fit(rows, 'none', -2).calibration).toEqual({ method: 'platt', slope: 1, intercept: -2 });
    // Fitted, the shift comes to the same curve with or without it.
    const [shifted, plain] = [fit(rows, 'platt', -2).calibration, fit(rows, 'platt').calibration];
    for (const raw of [-8, -4, 0]) expect(calibrated(raw, shifted)).toBeCloseTo(calibrated(raw, plain), 6);
  });

  it('calibrates nothing from one class, whatever is asked for', () => {
    const { logOdds } = draw(100, (raw) => raw, 1);
    for (const method of ['auto', 'platt', 'isotonic'] as const) {
      const fitted = fit({ logOdds, labels: new Uint8Array(100) }, method);
      expect(fitted).toEqual({ calibration: { method: 'none' }, method: 'none', logLoss: {} });
    }
  });

  it('takes raw probabilities, rows of any weight, and gives the same for the same seed', () => {
    const { logOdds, labels } = draw(3_000, (raw) => 0.5 * raw, 4);
    const probabilities = logOdds.map((each) => 1 / (1 + Math.exp(-each)));
    const options = { method: 'auto', shift: 0, seed: 1 } as const;
    const fitted = fitCalibration(probabilities, labels, null, options);
    expect(fitCalibration(probabilities, labels, null, options)).toEqual(fitted);
    expect(fitted.logLoss['platt']).toBeCloseTo(fit({ logOdds, labels }, 'auto').logLoss['platt'] ?? NaN, 5);
    // Legitimate rows that stand for ten each: a tenth of the odds.
    const weights = Float64Array.from(labels, (label) => (label === 1 ? 1 : 10));
    const weighted = fitCalibration(probabilities, labels, weights, { ...options, method: 'platt' }).calibration;
    const [rare, common] = [calibrated(-4, weighted), calibrated(-4, fit({ logOdds, labels }, 'platt').calibration)];
    expect(rare / (1 - rare) / (common / (1 - common))).toBeGreaterThan(0.05);
    expect(rare / (1 - rare) / (common / (1 - common))).toBeLessThan(0.2);
  });

  it.each([
    ['no rows', [], [], null],
    ['a label too few', [0, 1], [1], null],
    ['NaN', [0, NaN], [1, 0], null],
    ['a negative weight', [0, 1], [1, 0], [1, -1]],
    ['weights of 0 alone', [0, 1], [1, 0], [0, 0]],
  ])('refuses %s', (_, logOdds, labels, weights) => {
    const options = { method: 'auto', shift: 0, seed: 1 } as const;
    const asked = weights && Float64Array.from(weights);
    expect(() => fitCalibrationOnLogOdds(Float32Array.from(logOdds), Uint8Array.from(labels), asked, options)).toThrow(
      RangeError,
    );
  });
});
