import { describe, expect, it } from '@jest/globals';
import { type DecisionPolicy, NEVER, probabilityOfScore } from '@app/features';
import fc from 'fast-check';
import { cutOffsOf, unmetBy } from './cut-offs.js';
import { expectationOf } from './expectation.js';
import { thresholdCurve } from './threshold-curve.js';

interface Row {
  readonly label: number;
  readonly probability: number;
  readonly weight: number;
  readonly amount: number;
}

// Whole numbers, so that every sum is exact and ties are ties.
const row: fc.Arbitrary<Row> = fc.record({
  label: fc.integer({ min: 0, max: 1 }),
  probability: fc.integer({ min: 0, max: 20 }).map((twentieth) => Math.fround(twentieth / 20)),
  weight: fc.integer({ min: 1, max: 4 }),
  amount: fc.integer({ min: 0, max: 30 }),
});
const rows = fc.array(row, { minLength: 1, maxLength: 25 });

const curveOf = (table: readonly Row[]) =>
  thresholdCurve(
    Uint8Array.from(table, ({ label }) => label),
    Float32Array.from(table, ({ probability }) => probability),
    Float64Array.from(table, ({ weight }) => weight),
    { amount: table.map(({ amount }) => amount) },
  );
const weightOf = (table: readonly Row[]): number => table.reduce((sum, { weight }) => sum + weight, 0);
const fraudsOf = (table: readonly Row[]): Row[] => table.filter(({ label }) => label === 1);
const flagged = (table: readonly Row[], cutOff: number): Row[] =>
  table.filter(({ probability }) => probability >= cutOff);
/** Every cut-off that makes a difference: none, each probability, all. */
const candidates = (table: readonly Row[]): number[] => [NEVER, ...table.map(({ probability }) => probability), 0];

/** What a table costs by the rules, row by row. */
function costOf(
  table: readonly Row[],
  { missed_fraud, false_alarm, review }: Extract<DecisionPolicy, { kind: 'costs' }>,
  cutOffs: { review: number; block: number },
): number {
  return table.reduce((sum, { label, probability, weight, amount }) => {
    const missed = typeof missed_fraud === 'number' ? missed_fraud : amount;
    if (probability >= cutOffs.block) return sum + (label === 1 ? 0 : weight * false_alarm);
    if (probability >= cutOffs.review) return sum + weight * review;
    return sum + (label === 1 ? weight * missed : 0);
  }, 0);
}

describe('cutOffsOf, fixed', () => {
  it.each<[number | null, number | null, number, number]>([
    [30, 70, 30, 70],
    [null, null, 50, 90],
    [95, null, 95, 95],
    [null, 40, 50, 50],
    [0, null, 0, 90],
  ])('%s and %s: %s and %s', (review, block, expectedReview, expectedBlock) => {
    expect(cutOffsOf({ kind: 'fixed', review, block }, null, 50)).toEqual({
      review: probabilityOfScore(expectedReview),
      block: probabilityOfScore(expectedBlock),
    });
  });
});

describe('cutOffsOf, targets', () => {
  const share = fc.integer({ min: 0, max: 20 }).map((twentieth) => twentieth / 20);
  const review = (table: readonly Row[], target: Extract<DecisionPolicy, { kind: 'target' }>['review']): number =>
    cutOffsOf({ kind: 'target', review: target, block: null }, curveOf(table), 50).review;

  it('precision: the largest set of alerts that reaches it', () => {
    fc.assert(
      fc.property(rows, share, (table, precision) => {
        const reaching = candidates(table).filter((cutOff) => {
          const alerts = flagged(table, cutOff);
          return alerts.length > 0 && weightOf(fraudsOf(alerts)) >= precision * weightOf(alerts);
        });
        const most = Math.max(0, ...reaching.map((cutOff) => weightOf(flagged(table, cutOff))));
        expect(weightOf(flagged(table, review(table, { precision })))).toBe(most);
      }),
    );
  });

  it('recall: the smallest set of alerts that reaches it', () => {
    fc.assert(
      fc.property(rows, share, (table, recall) => {
        const all = weightOf(fraudsOf(table));
        const reaching = candidates(table).filter(
          (cutOff) => weightOf(fraudsOf(flagged(table, cutOff))) >= recall * all,
        );
        const least = Math.min(...reaching.map((cutOff) => weightOf(flagged(table, cutOff))));
        expect(weightOf(flagged(table, review(table, { recall })))).toBe(least);
      }),
    );
  });

  it('alert rate: the largest set of alerts that stays within it', () => {
    fc.assert(
      fc.property(rows, share, (table, alert_rate) => {
        const within = candidates(table).filter(
          (cutOff) => weightOf(flagged(table, cutOff)) <= alert_rate * weightOf(table),
        );
        const most = Math.max(...within.map((cutOff) => weightOf(flagged(table, cutOff))));
        expect(weightOf(flagged(table, review(table, { alert_rate })))).toBe(most);
      }),
    );
  });

  const noisy = curveOf([
    { label: 0, probability: 0.9, weight: 1, amount: 0 },
    ...Array.from({ length: 9 }, () => ({ label: 1, probability: 0.75, weight: 1, amount: 0 })),
    ...Array.from({ length: 10 }, () => ({ label: 0, probability: 0.25, weight: 1, amount: 0 })),
  ]);

  it('a legitimate row at the very top does not put a precision out of reach', () => {
    const policy = { kind: 'target', review: { precision: 0.9 }, block: null } as const;
    expect(cutOffsOf(policy, noisy, 50)).toEqual({ review: 0.75, block: NEVER });
  });

  it('a precision that is never reached flags nothing', () => {
    const policy = { kind: 'target', review: { precision: 0.95 }, block: { alert_rate: 0.5 } } as const;
    expect(cutOffsOf(policy, noisy, 50)).toEqual({ review: NEVER, block: NEVER });
  });

  it('the block is never below the review', () => {
    const policy = { kind: 'target', review: { recall: 0.5 }, block: { precision: 0.4 } } as const;
    expect(cutOffsOf(policy, noisy, 50)).toEqual({ review: 0.75, block: 0.75 });
  });
});

describe('cutOffsOf, costs', () => {
  const cost = fc.integer({ min: 0, max: 40 });
  const policies = fc.record({
    kind: fc.constant('costs' as const),
    missed_fraud: fc.oneof(cost, fc.constant('amount')),
    false_alarm: cost,
    review: cost,
  });

  it('no pair of cut-offs costs less, and none that costs the same flags fewer', () => {
    fc.assert(
      fc.property(rows, policies, (table, policy) => {
        const curve = curveOf(table);
        const found = cutOffsOf(policy, curve, 50);
        expect(found.block).toBeGreaterThanOrEqual(found.review);
        const pairs = candidates(table).flatMap((review) =>
          candidates(table).flatMap((block) => (block >= review ? [{ review, block }] : [])),
        );
        const least = Math.min(...pairs.map((pair) => costOf(table, policy, pair)));
        expect(costOf(table, policy, found)).toBe(least);
        const cheapest = pairs.filter((pair) => costOf(table, policy, pair) === least);
        const fewest = Math.min(...cheapest.map(({ review }) => weightOf(flagged(table, review))));
        expect(weightOf(flagged(table, found.review))).toBe(fewest);
        const told = expectationOf(curve, found, policy).cost_per_transaction ?? NaN;
        expect(told * weightOf(table)).toBeCloseTo(least, 9);
      }),
    );
  });

  const mixed = curveOf([
    { label: 1, probability: 0.9, weight: 1, amount: 0 },
    { label: 0, probability: 0.75, weight: 1, amount: 0 },
    { label: 1, probability: 0.5, weight: 1, amount: 0 },
    { label: 0, probability: 0.25, weight: 3, amount: 0 },
  ]);

  it.each<[string, number, number, { review: number; block: number }]>([
    ['a dear review leaves only the block', 20, 1_000, { review: 0.5, block: 0.5 }],
    ['a dear false alarm still blocks what is fraud only', 1_000, 1, { review: 0.5, block: Math.fround(0.9) }],
    ['a free review looks at everything that may be fraud', 20, 0, { review: 0.5, block: NEVER }],
    [
      'both dearer than a fraud: only what is fraud for sure',
      1_000,
      1_000,
      { review: Math.fround(0.9), block: Math.fround(0.9) },
    ],
  ])('%s', (_, false_alarm, review, expected) => {
    expect(cutOffsOf({ kind: 'costs', missed_fraud: 100, false_alarm, review }, mixed, 50)).toEqual(expected);
  });

  it('a missed fraud that costs nothing flags nothing', () => {
    const policy = { kind: 'costs', missed_fraud: 0, false_alarm: 1, review: 1 } as const;
    expect(cutOffsOf(policy, mixed, 50)).toEqual({ review: NEVER, block: NEVER });
  });
});

describe('unmetBy', () => {
  const curve = curveOf([{ label: 1, probability: 0.5, weight: 1, amount: 3 }]);
  const costs = (missed_fraud: number | string): DecisionPolicy => ({
    kind: 'costs',
    missed_fraud,
    false_alarm: 1,
    review: 1,
  });

  it.each<[string, DecisionPolicy, typeof curve | null, ReturnType<typeof unmetBy>]>([
    ['fixed needs no curve', { kind: 'fixed', review: null, block: null }, null, null],
    ['a target needs one', { kind: 'target', review: { recall: 1 }, block: null }, null, { kind: 'no_curve' }],
    ['costs in figures need only the curve', costs(5), curve, null],
    ['costs by a column that it has', costs('amount'), curve, null],
    ['costs by another', costs('loss'), curve, { kind: 'no_column', column: 'loss' }],
    ['costs by what every object has', costs('constructor'), curve, { kind: 'no_column', column: 'constructor' }],
  ])('%s', (_, policy, given, expected) => {
    expect(unmetBy(policy, given)).toEqual(expected);
    if (expected) expect(() => cutOffsOf(policy, given, 50)).toThrow(RangeError);
  });
});
