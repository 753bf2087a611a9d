import { describe, expect, it } from '@jest/globals';
import { NEVER } from '@app/features';
import { expectationOf, pointsOf } from './expectation.js';
import { thresholdCurve } from './threshold-curve.js';

// Four frauds, six legitimate: frauds at 0.9, 0.8, 0.5, 0.1.
const curve = thresholdCurve(
  Uint8Array.of(1, 1, 0, 1, 0, 0, 1, 0, 0, 0),
  Float32Array.of(0.9, 0.8, 0.7, 0.5, 0.4, 0.3, 0.1, 0.05, 0.02, 0.01),
  null,
  {},
);
const fixed = { kind: 'fixed', review: null, block: null } as const;

describe('expectationOf', () => {
  it('tells what the cut-offs flag', () => {
    expect(expectationOf(curve, { review: 0.35, block: 0.75 }, fixed)).toEqual({
      precision: 3 / 5,
      recall: 3 / 4,
      alert_rate: 0.5,
      review_rate: 0.3,
      block_rate: 0.2,
      cost_per_transaction: null,
    });
  });

  it('tells what they cost', () => {
    const policy = { kind: 'costs', missed_fraud: 100, false_alarm: 20, review: 4 } as const;
    const { cost_per_transaction } = expectationOf(curve, { review: 0.35, block: 0.65 }, policy);
    // A missed fraud, a false alarm, two reviews, over ten rows.
    expect(cost_per_transaction).toBeCloseTo((100 + 20 + 2 * 4) / 10, 12);
  });

  it('has no precision where nothing is flagged', () => {
    expect(expectationOf(curve, { review: NEVER, block: NEVER }, fixed)).toMatchObject({
      precision: null,
      recall: 0,
      alert_rate: 0,
    });
  });
});

describe('pointsOf', () => {
  it('gives so many points at most, the first and the last among them', () => {
    const points = pointsOf(curve, 4);
    expect(points).toHaveLength(4);
    expect(points[0]).toEqual({ threshold: Math.fround(0.9), precision: 1, recall: 0.25, alert_rate: 0.1 });
    expect(points.at(-1)).toEqual({ threshold: Math.fround(0.01), precision: 0.4, recall: 1, alert_rate: 1 });
  });

  it('gives all where there are no more', () => {
    expect(pointsOf(curve, 100).map(({ threshold }) => threshold)).toEqual(curve.thresholds);
  });
});
