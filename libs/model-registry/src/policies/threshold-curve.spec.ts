import { describe, expect, it } from '@jest/globals';
import { probabilityOfScore } from '@app/features';
import fc from 'fast-check';
import { thresholdCurve } from './threshold-curve.js';

const row = fc.record({
  label: fc.integer({ min: 0, max: 1 }),
  // Few distinct ones, so that rows tie.
  probability: fc.integer({ min: 0, max: 40 }).map((fortieth) => Math.fround(fortieth / 40)),
  weight: fc.integer({ min: 0, max: 5 }),
  amount: fc.integer({ min: -2, max: 50 }),
});
const rows = fc.array(row, { minLength: 1, maxLength: 60 });

function curveOf(table: { label: number; probability: number; weight: number; amount: number }[]) {
  return thresholdCurve(
    Uint8Array.from(table, ({ label }) => label),
    Float32Array.from(table, ({ probability }) => probability),
    Float64Array.from(table, ({ weight }) => weight),
    { amount: table.map(({ amount }) => amount) },
  );
}

describe('thresholdCurve', () => {
  it('counts what lies at or above each probability', () => {
    fc.assert(
      fc.property(rows, (table) => {
        const curve = curveOf(table);
        const sum = (part: typeof table, of: (each: (typeof table)[number]) => number): number =>
          part.reduce((total, each) => total + of(each), 0);
        const expected = [...new Set(table.map(({ probability }) => probability))].sort((a, b) => b - a);
        expect(curve.thresholds).toEqual(expected);
        for (const [at, threshold] of expected.entries()) {
          const above = table.filter(({ probability }) => probability >= threshold);
          const frauds = above.filter(({ label }) => label === 1);
          const others = above.filter(({ label }) => label === 0);
          expect(curve.frauds[at]).toBe(sum(frauds, ({ weight }) => weight));
          expect(curve.legitimate[at]).toBe(sum(others, ({ weight }) => weight));
          const amounts = sum(frauds, ({ weight, amount }) => weight * Math.max(0, amount));
          expect(curve.amounts['amount']?.[at]).toBe(amounts);
        }
        expect(curve).toMatchObject({
          rows: table.length,
          weight: sum(table, ({ weight }) => weight),
          total_frauds: curve.frauds.at(-1),
          total_legitimate: curve.legitimate.at(-1),
          total_amounts: { amount: curve.amounts['amount']?.at(-1) },
        });
      }),
    );
  });

  it('counts each row as 1 without weights, and a missing amount as 0', () => {
    const curve = thresholdCurve(Uint8Array.of(1, 0, 1), Float32Array.of(0.5, 0.25, 0.75), null, { loss: [7, 9, NaN] });
    expect(curve).toEqual({
      thresholds: [0.75, 0.5, 0.25],
      frauds: [1, 2, 2],
      legitimate: [0, 0, 1],
      amounts: { loss: [0, 7, 7] },
      rows: 3,
      weight: 3,
      total_frauds: 2,
      total_legitimate: 1,
      total_amounts: { loss: 7 },
    });
  });

  describe('of many rows', () => {
    const count = 200_000;
    // Spread without a pattern, the same each time: multiples of the golden ratio, modulo 1.
    const spread = (at: number): number => (at * 0.618_033_988_749_894_9) % 1;
    const labels = Uint8Array.from({ length: count }, (_, at) => (spread(at) ** 8 > 0.99 ? 1 : 0));
    const probabilities = Float32Array.from({ length: count }, (_, at) => spread(at) ** 8);
    const curve = thresholdCurve(labels, probabilities, null, {});

    it('keeps about 500 points, the first and the last among them', () => {
      expect(curve.thresholds.length).toBeGreaterThan(250);
      expect(curve.thresholds.length).toBeLessThanOrEqual(505);
      expect(curve.thresholds[0]).toBe(probabilities.reduce((most, each) => Math.max(most, each)));
      expect(curve.thresholds.at(-1)).toBe(0);
      expect([curve.frauds.at(-1), curve.legitimate.at(-1)]).toEqual([curve.total_frauds, curve.total_legitimate]);
    });

    it('steps over no more than 1/200 of the frauds, and a constant share of the alerts', () => {
      for (let at = 1; at < curve.thresholds.length; at++) {
        const [before = 0, here = 0] = curve.frauds.slice(at - 1, at + 1);
        expect(here - before).toBeLessThanOrEqual(curve.total_frauds / 200 + 1);
      }
    });

    it('counts exactly what each score flags', () => {
      for (let score = 1; score <= 100; score++) {
        const cutOff = probabilityOfScore(score);
        const at = curve.thresholds.findLastIndex((threshold) => threshold >= cutOff);
        const flagged = probabilities.reduce((sum, probability) => sum + (probability >= cutOff ? 1 : 0), 0);
        expect((curve.frauds[at] ?? 0) + (curve.legitimate[at] ?? 0)).toBe(flagged);
      }
    });
  });
});
