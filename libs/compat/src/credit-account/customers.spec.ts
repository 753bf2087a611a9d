import { Problem } from '@app/common';
import { describe, expect, it } from '@jest/globals';
import { customersOf, fraudProbabilities } from './customers.js';

const errorsOf = (body: unknown): unknown => {
  try {
    return customersOf(body);
  } catch (error) {
    return error instanceof Problem ? error.errors : error;
  }
};

describe('customersOf', () => {
  it('keeps order and ids', () => {
    const customers = [{ customer_id: 7 }, { customer_id: 'a' }, { customer_id: 7 }];
    expect(customersOf(customers)).toEqual(
      customers.map((transaction) => ({ id: transaction.customer_id, transaction })),
    );
    expect(customersOf([])).toEqual([]);
  });

  it.each<[unknown, string, RegExp]>([
    [{ customer_id: 1 }, '', /list/],
    [[7], '0', /object/],
    [[{ customer_id: 1 }, {}], '1.customer_id', /required/],
    [[{ customer_id: null }], '0.customer_id', /text or a number/],
    [[{ customer_id: [1] }], '0.customer_id', /text or a number/],
  ])('refuses %j', (body, path, message) => {
    expect(errorsOf(body)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });
});

describe('fraudProbabilities', () => {
  it('writes floats, in order', () => {
    const customers = customersOf([{ customer_id: 7 }, { customer_id: 'a"b' }]);
    expect(fraudProbabilities(customers, [0, 0.25])).toBe(
      '[{"customer_id": 7, "fraud_probability": 0.0}, {"customer_id": "a\\"b", "fraud_probability": 0.25}]',
    );
  });
});
