import { describe, expect, it } from '@jest/globals';
import { strongestReasons } from './explainer.service.js';

describe('strongestReasons', () => {
  const transaction = { a: 1, b: 'x', c: true };

  it('gives the strongest first, whichever way they push, with the value that was sent', () => {
    expect(strongestReasons({ a: 0.5, b: -2, c: 1, d: 0.1 }, transaction, 3)).toEqual([
      { feature: 'b', value: 'x', contribution: -2 },
      { feature: 'c', value: true, contribution: 1 },
      { feature: 'a', value: 1, contribution: 0.5 },
    ]);
  });

  it('leaves out what moved nothing, and shows an absent value as null', () => {
    expect(strongestReasons({ a: 0, gone: 1 }, transaction)).toEqual([
      { feature: 'gone', value: null, contribution: 1 },
    ]);
  });
});
