import { describe, expect, it } from '@jest/globals';
import { decide, NEVER, probabilityOfScore, scoreOfCutOff, toScore } from './score.js';

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

/** The float32 values around a probability, up to so many steps away. */
function neighbours(probability: number, steps: number): number[] {
  const bits = new Uint32Array(Float32Array.of(probability).buffer)[0] ?? 0;
  return Array.from({ length: 2 * steps + 1 }, (_, step) => Math.max(0, bits + step - steps)).map(
    (each) => new Float32Array(Uint32Array.of(each).buffer)[0] ?? 0,
  );
}

describe('probabilityOfScore', () => {
  it('cuts where the score does, for every float32 around each boundary', () => {
    for (let score = 0; score <= 100; score++) {
      const cutOff = probabilityOfScore(score);
      for (const probability of neighbours(cutOff, 1_000)) {
        if (probability >= cutOff !== toScore(probability) >= score) throw new Error(`${score}: ${probability}`);
      }
    }
  });

  it('lets a score of 0 take everything', () => {
    expect(probabilityOfScore(0)).toBe(0);
  });
});

describe('scoreOfCutOff', () => {
  it('gives each score back', () => {
    const scores = Array.from({ length: 101 }, (_, score) => score);
    expect(scores.map((score) => scoreOfCutOff(probabilityOfScore(score)))).toEqual(scores);
  });

  it('gives the lowest score that reaches it', () => {
    expect(scoreOfCutOff(0.314)).toBe(31);
    expect(scoreOfCutOff(0.316)).toBe(32);
    expect(scoreOfCutOff(1)).toBe(100);
  });

  it('has none for what is never reached', () => {
    expect(scoreOfCutOff(NEVER)).toBeNull();
  });
});

describe('decide', () => {
  const cutOffs = { review: 0.5, block: 0.9 };

  it.each([
    [0, 'approve'],
    [0.4999, 'approve'],
    [0.5, 'review'],
    [0.8999, 'review'],
    [0.9, 'block'],
    [1, 'block'],
  ])('a probability of %d: %s', (probability, outcome) => {
    expect(decide(probability, cutOffs)).toBe(outcome);
  });

  it('never reviews where both cut-offs are one', () => {
    expect(decide(0.49, { review: 0.5, block: 0.5 })).toBe('approve');
    expect(decide(0.5, { review: 0.5, block: 0.5 })).toBe('block');
  });

  it('blocks also where the block lies below the review', () => {
    expect(decide(0.92, { review: 0.95, block: 0.9 })).toBe('block');
  });

  it('approves a certain fraud where nothing is ever flagged', () => {
    expect(decide(1, { review: NEVER, block: NEVER })).toBe('approve');
  });
});
