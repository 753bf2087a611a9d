import { Problem } from '@app/common';
import { describe, expect, it } from '@jest/globals';
import { toRefused, transactionsOf } from './batch.dto.js';

const refusalOf = (body: unknown): Problem => {
  try {
    transactionsOf(body);
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error(`${JSON.stringify(body)} was taken`);
};

describe('transactionsOf', () => {
  it('gives the list, whatever is in it', () => {
    expect(transactionsOf({ transactions: [{ a: 1 }, null, 7] })).toEqual([{ a: 1 }, null, 7]);
    expect(transactionsOf({ transactions: [] })).toEqual([]);
  });

  it.each([
    [null, ''],
    [[{}], ''],
    ['text', ''],
    [{}, 'transactions'],
    [{ transactions: {} }, 'transactions'],
    [{ transactions: null }, 'transactions'],
    [{ transactions: [], explain: true }, 'explain'],
  ])('refuses %j', (body, path) => {
    const problem = refusalOf(body);
    expect(problem.getStatus()).toBe(422);
    expect(problem.errors?.map((error) => error.path)).toEqual([path]);
  });
});

describe('toRefused', () => {
  it('keeps the place, the first ten errors, and tells how many there are', () => {
    const errors = Array.from({ length: 30 }, (_, at) => ({ path: `V${at}`, message: 'is required' }));
    const { index, error } = toRefused(3, errors);
    expect(index).toBe(3);
    expect(error).toMatchObject({ code: 'invalid_body', detail: 'V0: is required (and 29 more)' });
    expect(error.errors).toEqual(errors.slice(0, 10));
  });
});
