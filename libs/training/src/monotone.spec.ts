import { describe, expect, it } from '@jest/globals';
import { compileVectoriser, type ModelDefinition } from '@app/features';
import { checkMonotone, monotoneInputs } from './monotone.js';

const definition: ModelDefinition = {
  name: 'claims',
  description: '',
  features: [
    { name: 'amount', type: 'number', nullable: false },
    { name: 'channel', type: 'category', nullable: true },
    { name: 'first', type: 'boolean', nullable: false },
  ],
  label: 'is_fraud',
  timeColumn: null,
  carried: [],
  metric: 'average_precision',
  policy: { kind: 'fixed', review: null, block: null },
};

describe('checkMonotone', () => {
  it('takes directions of numbers and booleans', () => {
    expect(checkMonotone({ amount: 1, first: -1 }, 'boosted_trees', definition)).toEqual([]);
    expect(checkMonotone({}, 'logistic_regression', definition)).toEqual([]);
  });

  it.each([
    [{ Amount: 1 }, 'random_forest', 'monotone.Amount', /not a feature/],
    [{ channel: 1 }, 'random_forest', 'monotone.channel', /category/],
    [{ amount: 2 }, 'random_forest', 'monotone.amount', /must be 1/],
    [{ amount: '1' }, 'random_forest', 'monotone.amount', /must be 1/],
    [{ amount: 1 }, 'logistic_regression', 'monotone', /logistic_regression/],
  ] as const)('refuses %j for a %s', (monotone, algorithm, path, message) => {
    expect(checkMonotone(monotone, algorithm, definition)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });
});

describe('monotoneInputs', () => {
  const vectoriser = compileVectoriser(definition, { categories: { channel: ['web', 'shop'] } });

  it('gives every input its feature’s direction', () => {
    expect([...(monotoneInputs({ amount: 1, first: -1 }, vectoriser) ?? [])]).toEqual([1, 0, 0, 0, 0, -1]);
  });

  it('is null where nothing was asked for', () => {
    expect(monotoneInputs({ amount: 0 }, vectoriser)).toBeNull();
  });
});
