import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_MODELS } from './built-in-models.js';
import { compileValidator } from './validator.js';

describe('a transaction id', () => {
  const [definition] = BUILT_IN_MODELS.filter(({ name }) => name === 'payments');
  const payment = { day_of_month: 3, type: 'PAYMENT', amount_log: 4, amount_dest: 5 };
  const check = (transaction_id: unknown) =>
    definition ? compileValidator(definition)({ ...payment, transaction_id }) : [];

  it.each([17, 'order-17', Number.MAX_SAFE_INTEGER])('may be %j', (id) => {
    expect(check(id)).toEqual([]);
  });

  it('is refused where it has been rounded to another one on its way', () => {
    expect(check(2 ** 53)).toEqual([{ path: 'transaction_id', message: expect.stringContaining('sent as a text') }]);
  });
});
