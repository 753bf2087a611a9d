import { describe, expect, it } from '@jest/globals';
import { decide, toScore } from './score.js';

describe('toScore', () => {
  it.each([
    [0, 0],
    [0.0049, 0],
    [0.005, 1],
    [0.4949, 49],
    [0.495, 50],
    [0.5, 50],
    [0.999, 100],
    [1, 100],
  ])('rounds %d to %d', (probability, score) => {
    expect(toScore(probability)).toBe(score);
  });
});

describe('decide', () => {
  const cutOffs = { review: 50, block: 90 };

  it.each([
    [0, 'approve'],
    [49, 'approve'],
    [50, 'review'],
    [89, 'review'],
    [90, 'block'],
    [100, 'block'],
  ])('a score of %d: %s', (score, outcome) => {
    expect(decide(score, cutOffs)).toBe(outcome);
  });

  it('never reviews where both cut-offs are one', () => {
    expect(decide(49, { review: 50, block: 50 })).toBe('approve');
    expect(decide(50, { review: 50, block: 50 })).toBe('block');
  });

  it('blocks also where the block lies below the review', () => {
    expect(decide(92, { review: 95, block: 90 })).toBe('block');
  });
});
