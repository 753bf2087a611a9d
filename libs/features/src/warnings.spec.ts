import { describe, expect, it } from '@jest/globals';
import { type ModelDefinition } from './definition.js';
import { type FeatureStatistics } from './feature-statistics.js';
import { compileWarnings } from './warnings.js';

const claims: ModelDefinition = {
  name: 'claims',
  description: '',
  features: [
    { name: 'amount', type: 'number', nullable: false },
    { name: 'fee', type: 'number', nullable: true },
    { name: 'rate', type: 'number', nullable: true },
    { name: 'type', type: 'category', nullable: true },
    { name: 'abroad', type: 'boolean', nullable: true },
    { name: 'online', type: 'boolean', nullable: true },
  ],
  label: 'is_fraud',
  timeColumn: null,
  carried: [],
  metric: 'f1',
  policy: { review: null, block: null },
};
const encoding = { categories: { type: ['CASH_OUT', 'toString'] } };
const quantiles = { p1: 0, p5: 0, p25: 0, p50: 0, p75: 0, p95: 0, p99: 0 };
const tenth = Math.fround(0.1);
const statistics: FeatureStatistics = {
  amount: {
    type: 'number',
    missing: 0,
    distribution: { mean: 10, standard_deviation: 2, min: -50, max: 100, quantiles },
  },
  fee: {
    type: 'number',
    missing: 0,
    distribution: { mean: tenth, standard_deviation: 0, min: tenth, max: tenth, quantiles },
  },
  rate: { type: 'number', missing: 1, distribution: null },
  type: { type: 'category', missing: 0, counts: [], others: 0 },
  abroad: { type: 'boolean', missing: 0, true_share: 0 },
  online: { type: 'boolean', missing: 0, true_share: 0.001 },
};
const warnings = compileWarnings(claims, encoding, statistics);
const usual = { amount: 10, fee: 0.1, rate: 1e9, type: 'CASH_OUT', abroad: false, online: true };

describe('compileWarnings', () => {
  it('finds nothing odd about a usual transaction, and allocates nothing for it', () => {
    expect(warnings(usual)).toEqual([]);
    expect(warnings({ ...usual, type: 'toString' })).toBe(warnings(usual));
  });

  it('finds nothing odd about what is absent', () => {
    expect(warnings({ amount: 10, fee: null })).toEqual([]);
  });

  it.each([
    ['at 3 standard deviations', 16, []],
    [
      'beyond them',
      16.5,
      ['far_from_mean: 16.5 lies 3.25 standard deviations above the mean of amount in training, 10'],
    ],
    ['below them', -50, ['far_from_mean: -50 lies 30 standard deviations below the mean of amount in training, 10']],
    ['above the range', 100.5, ['out_of_range: 100.5 lies outside the values of amount in training, -50 to 100']],
    ['below the range', -1e8, ['out_of_range: -100000000 lies outside the values of amount in training, -50 to 100']],
  ])('says of a number %s one thing at most', (_, amount, expected) => {
    expect(warnings({ ...usual, amount }).map(({ code, message }) => `${code}: ${message}`)).toEqual(expected);
  });

  it('compares numbers as the model sees them, in float32', () => {
    expect(warnings({ ...usual, fee: tenth })).toEqual([]);
    expect(warnings({ ...usual, fee: 0.10001 })).toEqual([
      {
        code: 'out_of_range',
        feature: 'fee',
        message: '0.10001 differs from the only value of fee in training, 0.1',
      },
    ]);
  });

  it('takes what lies at the very bound, though float32 rounds it away from there', () => {
    const distribution = { mean: 0.1, standard_deviation: 0.7, min: -50, max: 50, quantiles };
    const find = compileWarnings(claims, encoding, {
      ...statistics,
      amount: { type: 'number', missing: 0, distribution },
    });
    const bound = 0.1 + 3 * 0.7;
    expect(Math.fround(bound)).toBeGreaterThan(bound);
    expect(find({ ...usual, amount: bound })).toEqual([]);
    expect(find({ ...usual, amount: 0.1 - 3 * 0.7 })).toEqual([]);
    expect(find({ ...usual, amount: bound + 1e-5 })).toEqual([expect.objectContaining({ code: 'far_from_mean' })]);
  });

  it.each([true, 1])('warns of a boolean that training never saw: %j', (abroad) => {
    expect(warnings({ ...usual, abroad })).toEqual([
      {
        code: 'out_of_range',
        feature: 'abroad',
        message: `${abroad} differs from the only value of abroad in training, false`,
      },
    ]);
    expect(warnings({ ...usual, abroad: 0, online: 0 })).toEqual([]);
  });

  it('warns of every category without an input', () => {
    expect(warnings({ ...usual, type: 'valueOf' })).toEqual([
      {
        code: 'unknown_category',
        feature: 'type',
        message: '"valueOf" is not among the values of type that this version knows',
      },
    ]);
  });

  it('stops at as many as are asked for', () => {
    const odd = { ...usual, amount: 1e9, fee: 7, type: 'BARTER', abroad: true };
    expect(warnings(odd, 2)).toEqual(warnings(odd).slice(0, 2));
    expect(warnings(odd)).toHaveLength(4);
  });

  it('looks at categories only where a version has no statistics', () => {
    const found = compileWarnings(claims, encoding, null)({ ...usual, amount: 1e9, abroad: true, type: 'BARTER' });
    expect(found.map(({ code, feature }) => `${code} ${feature}`)).toEqual(['unknown_category type']);
  });
});
