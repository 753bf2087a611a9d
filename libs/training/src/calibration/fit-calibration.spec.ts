import { describe, expect, it } from '@jest/globals';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { type Calibration, calibrateLogOdds } from '@app/xgboost';
import { normals } from '../metrics/testing/drawn-scores.js';
import { seededRandom } from '../seeded-random.js';
import { fitCalibrationOnLogOdds, type FittedCalibration } from './fit-calibration.js';

interface Drawn {
  readonly logOdds: Float32Array;
  readonly labels: Uint8Array;
}

/** Rows whose true log-odds are a function of the raw ones. */
function draw(rows: number, truth: (raw: number) => number, seed: number): Drawn {
  const normal = normals(seed);
  const logOdds = Float32Array.from({ length: rows }, () => -4 + 2 * normal());
  const random = seededRandom(~seed);
  const labels = Uint8Array.from(logOdds, (raw) => (uniformFloat64(random) < 1 / (1 + Math.exp(-truth(raw))) ? 1 : 0));
  return { logOdds, labels };
}

function fit(
  { logOdds, labels }: Drawn,
  method: 'auto' | 'none' | 'platt' | 'isotonic',
  shift = 0,
): Promise<FittedCalibration> {
  return fitCalibrationOnLogOdds(logOdds, labels, null, { method, shift, seed: 1 });
}

function calibrated(logOdds: number, calibration: Calibration): number {
  return calibrateLogOdds(Float32Array.of(logOdds), calibration)[0] ?? NaN;
}

/** Sum of the probabilities over the number of frauds: 1 if they are right on the whole. */
function bias({ calibration }: FittedCalibration, { logOdds, labels }: Drawn): number {
  const foretold = calibrateLogOdds(logOdds, calibration).reduce((sum, each) => sum + each, 0);
  return foretold / labels.reduce((sum, label) => sum + label, 0);
}

const twisted = (raw: number): number => (raw < -5 ? 0.2 * raw - 3 : raw < -2 ? 1.5 * raw + 3.5 : 0.2 * raw + 0.9);

describe('fitCalibrationOnLogOdds', () => {
  it('undoes a slope and an intercept by Platt scaling', async () => {
    const rows = draw(20_000, (raw) => 0.5 * raw + 1, 1);
    const fitted = await fit(rows, 'auto');
    expect(fitted).toMatchObject({ method: 'platt', calibration: { method: 'platt' } });
    expect(fitted.logLoss['platt']).toBeLessThan(fitted.logLoss['none'] ?? NaN);
    expect(
      bias(
        fitted,
        draw(20_000, (raw) => 0.5 * raw + 1, 2),
      ),
    ).toBeCloseTo(1, 1);
  });

  it('follows what has no slope by isotonic regression, where there are frauds enough', async () => {
    const fitted = await fit(draw(20_000, twisted, 1), 'auto');
    expect(fitted.method).toBe('isotonic');
    expect(bias(fitted, draw(20_000, twisted, 2))).toBeCloseTo(1, 1);
    const few = draw(300, twisted, 1);
    expect(few.labels.reduce((sum, label) => sum + label, 0)).toBeLessThan(100);
    expect(Object.keys((await fit(few, 'auto')).logLoss).sort()).toEqual(['none', 'platt']);
    expect((await fit(few, 'isotonic')).method).toBe('isotonic');
  });

  it('leaves alone what is right already', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const fitted = await fit(
        draw(3_000, (raw) => raw, seed),
        'auto',
      );
      expect(fitted).toMatchObject({ method: 'none', calibration: { method: 'none' } });
    }
  });

  it('undoes the sampling of the training rows first', async () => {
    const rows = draw(5_000, (raw) => raw - 2, 3);
    expect(await fit(rows, 'auto', -2)).toMatchObject({
      method: 'none',
      calibration: { method: 'platt', slope: 1, intercept: -2 },
    });
    expect((await fit(rows, 'none', -2)).calibration).toEqual({ method: 'platt', slope: 1, intercept: -2 });
    // Fitted, the shift comes to the same curve with or without it.
    const [shifted, plain] = [await fit(rows, 'platt', -2), await fit(rows, 'platt')];
    for (const raw of [-8, -4, 0]) {
      expect(calibrated(raw, shifted.calibration)).toBeCloseTo(calibrated(raw, plain.calibration), 6);
    }
  });

  it('calibrates nothing from one class, whatever is asked for', async () => {
    const { logOdds } = draw(100, (raw) => raw, 1);
    for (const method of ['auto', 'platt', 'isotonic'] as const) {
      const fitted = await fit({ logOdds, labels: new Uint8Array(100) }, method);
      expect(fitted).toEqual({ calibration: { method: 'none' }, method: 'none', logLoss: {} });
    }
  });

  it('takes rows of any weight, and gives the same for the same seed', async () => {
    const rows = draw(3_000, (raw) => 0.5 * raw, 4);
    expect(await fit(rows, 'auto')).toEqual(await fit(rows, 'auto'));
    // Legitimate rows that stand for ten each: a tenth of the odds.
    const weights = Float64Array.from(rows.labels, (label) => (label === 1 ? 1 : 10));
    const options = { method: 'platt', shift: 0, seed: 1 } as const;
    const weighted = await fitCalibrationOnLogOdds(rows.logOdds, rows.labels, weights, options);
    const plain = await fit(rows, 'platt');
    const [rare, common] = [calibrated(-4, weighted.calibration), calibrated(-4, plain.calibration)];
    expect(rare / (1 - rare) / (common / (1 - common))).toBeGreaterThan(0.05);
    expect(rare / (1 - rare) / (common / (1 - common))).toBeLessThan(0.2);
  });

  it('lets the event loop turn, and ends with the reason of the signal', async () => {
    const { logOdds, labels } = draw(3_000, (raw) => 0.5 * raw, 4);
    const abort = new AbortController();
    const reason = new Error('lost');
    const fitting = fitCalibrationOnLogOdds(logOdds, labels, null, {
      method: 'auto',
      shift: 0,
      seed: 1,
      signal: abort.signal,
    });
    setImmediate(() => {
      abort.abort(reason);
    });
    await expect(fitting).rejects.toBe(reason);
  });

  it.each([
    ['no rows', [], [], null],
    ['a label too few', [0, 1], [1], null],
    ['NaN', [0, NaN], [1, 0], null],
    ['a negative weight', [0, 1], [1, 0], [1, -1]],
    ['weights of 0 alone', [0, 1], [1, 0], [0, 0]],
  ])('refuses %s', async (_, logOdds, labels, weights) => {
    const options = { method: 'auto', shift: 0, seed: 1 } as const;
    const asked = weights && Float64Array.from(weights);
    await expect(
      fitCalibrationOnLogOdds(Float32Array.from(logOdds), Uint8Array.from(labels), asked, options),
    ).rejects.toThrow(RangeError);
  });
});
