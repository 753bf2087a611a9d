import { describe, expect, it } from '@jest/globals';
import { XgboostError } from './errors.js';
import { resolveParams } from './params.js';

describe('resolveParams', () => {
  it('fills in what is not given', () => {
    expect(resolveParams('boosted_trees', { max_depth: 4 })).toMatchObject({
      rounds: 500,
      max_depth: 4,
      early_stopping_rounds: 50,
    });
    expect(resolveParams('random_forest', {})).toMatchObject({ rounds: 100, subsample: 0.8 });
    expect(resolveParams('logistic_regression', {})).not.toHaveProperty('max_depth');
  });

  it.each([
    ['boosted_trees', { max_depth: 12 }, { max_depth: 12, rounds: 256 }],
    ['boosted_trees', { rounds: 10_000 }, { max_depth: 3, rounds: 10_000 }],
    ['random_forest', { rounds: 1_500 }, { max_depth: 9, rounds: 1_500 }],
    ['random_forest', { max_depth: 14 }, { max_depth: 14, rounds: 64 }],
  ] as const)('lets a default give way to what was asked for: %s of %j', (algorithm, params, resolved) => {
    expect(resolveParams(algorithm, params)).toMatchObject(resolved);
  });

  it.each([
    [{ learning_rate: 0 }, 'learning_rate must be above 0'],
    [{ max_bin: 1e9 }, 'max_bin must be a whole number from 2 to 65536'],
    [{ max_bin: 1.5 }, 'max_bin must be a whole number'],
  ])('refuses %j', (params, message) => {
    expect(() => resolveParams('boosted_trees', params)).toThrow(message);
  });

  it('is settled: what it gives, it takes', () => {
    const resolved = resolveParams('boosted_trees', { rounds: 7 });
    expect(resolveParams('boosted_trees', resolved)).toEqual(resolved);
  });

  it.each([
    ['boosted_trees', { depth: 3 }, /depth is not a parameter of boosted_trees/],
    ['logistic_regression', { max_depth: 3 }, /max_depth is not a parameter/],
    ['random_forest', { learning_rate: 0.1 }, /learning_rate is not a parameter/],
    ['boosted_trees', { toString: 1 }, /toString is not a parameter/],
    ['boosted_trees', { rounds: 0 }, /whole number from 1 to 10000/],
    ['boosted_trees', { rounds: 2.5 }, /whole number/],
    ['boosted_trees', { max_depth: 21 }, /whole number from 1 to 20/],
    ['boosted_trees', { early_stopping_rounds: -1 }, /whole number from 0 to 10000/],
    ['boosted_trees', { early_stopping_rounds: 0.5 }, /whole number from 0 to 10000/],
    ['random_forest', { early_stopping_rounds: 5 }, /early_stopping_rounds is not a parameter/],
    ['boosted_trees', { gamma: Number.NaN }, /gamma must be a finite number/],
  ] as const)('refuses %s with %j', (algorithm, params: Record<string, number>, message) => {
    expect(() => resolveParams(algorithm, params)).toThrow(XgboostError);
    expect(() => resolveParams(algorithm, params)).toThrow(message);
  });
});
