import { describe, expect, it } from '@jest/globals';
import type { CostsPolicy } from '@app/features';
import type { ThresholdCurve } from '@app/model-registry';
import { costCurve, placeOf } from './costs.js';

/** Six rows: frauds of 100 and 40 at 0.9 and 0.2, legitimate ones of weight 2 at 0.5, 0.2, 0.1 and 0.1. */
const CURVE: ThresholdCurve = {
  thresholds: [0.9, 0.5, 0.2, 0.1],
  frauds: [1, 1, 2, 2],
  legitimate: [0, 2, 4, 8],
  amounts: { amount: [100, 100, 140, 140] },
  rows: 6,
  weight: 10,
  total_frauds: 2,
  total_legitimate: 8,
  total_amounts: {},
};

const COSTS: CostsPolicy = { kind: 'costs', missed_fraud: 'amount', false_alarm: 10, review: 1 };

describe('costCurve', () => {
  const places = { never: -1, 0.9: 0, 0.5: 1, 0.2: 2, 0.1: 3 };
  it.each([
    // Worked out row by row: missed amounts + reviews × 1 + blocked legitimate × 10, over a weight of 10.
    ['nothing', places.never, places.never, 140],
    ['a review of all', places[0.1], places.never, 10],
    ['a block of all', places.never, places[0.1], 80],
    ['reviews from 0.2', places[0.2], places.never, 6],
    ['a block from 0.5', places.never, places[0.5], 40 + 20],
    ['reviews from 0.2, a block from 0.9', places[0.2], places[0.9], 5],
    ['reviews from 0.2, a block from 0.5', places[0.2], places[0.5], 3 + 20],
    ['reviews above the block, which wins', places[0.9], places[0.5], 40 + 20],
  ])('costs %s', (_, review, block, total) => {
    const curve = costCurve(CURVE, COSTS);
    expect(curve?.at(review, block)).toBeCloseTo(total / 10, 12);
    expect(curve?.idle).toBe(14);
  });

  it('takes one cost for all frauds', () => {
    expect(costCurve(CURVE, { ...COSTS, missed_fraud: 50 })?.at(0, -1)).toBeCloseTo((50 + 1) / 10, 12);
  });

  it('has no costs of a column that the curve lacks', () => {
    expect(costCurve(CURVE, { ...COSTS, missed_fraud: 'balance' })).toBeNull();
  });
});

it('placeOf finds the lowest point that a cut-off flags', () => {
  expect([1.5, 0.9, 0.899, 0.3, 0.2, 0].map((cutOff) => placeOf(CURVE, cutOff))).toEqual([-1, 0, 0, 1, 2, 3]);
});
