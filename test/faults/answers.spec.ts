import { beforeEach, describe, expect, it } from '@jest/globals';
import { Answers } from './answers.js';

const ANSWER = {
  decision_id: '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a',
  probability: 0.25,
  score: 25,
  decision: 'approve',
};
const STORED = { id: ANSWER.decision_id, probability: 0.25, score: 25, decision: 'approve', v1: 1 };

describe('Answers', () => {
  let answers: Answers;
  beforeEach(() => {
    answers = new Answers();
    answers.next('single');
    answers.acknowledge(0, ANSWER);
  });

  it('numbers transactions by request, and keeps batches together', () => {
    expect(answers.next('batch', 3)).toEqual({ from: 1, to: 4 });
    expect(answers.next('foreign')).toEqual({ from: 4, to: 5 });
    expect(answers.batches).toEqual([{ from: 1, to: 4 }]);
    expect([answers.sent, answers.acknowledgedCount]).toEqual([5, 1]);
    expect([answers.acknowledged(0), answers.acknowledged(1)]).toEqual([true, false]);
  });

  it.each([
    ['decision_id', { id: '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7b' }],
    ['probability', { probability: 0.250000001 }],
    ['score', { score: 26 }],
    ['decision', { decision: 'review' }],
  ])('sees a stored %s that is another than the answered one', (column, other) => {
    expect(answers.differenceTo(0, STORED)).toBeNull();
    expect(answers.differenceTo(0, { ...STORED, ...other })).toBe(column);
  });

  it('asks nothing of what nobody was answered', () => {
    answers.next('single');
    expect(answers.differenceTo(1, STORED)).toBeNull();
  });

  it('knows of a foreign answer the score alone', () => {
    answers.next('foreign');
    answers.acknowledgeScore(1, 25);
    expect(answers.differenceTo(1, STORED)).toBeNull();
    expect(answers.differenceTo(1, { ...STORED, score: 24 })).toBe('score');
    expect(answers.isRepeatedBy(1, { probability: 0.9, score: 25 })).toBe(true);
    expect(answers.isRepeatedBy(1, { probability: 0.25, score: 24 })).toBe(false);
  });

  it('asks for the same probability when it is scored once more, to the last bit', () => {
    expect(answers.isRepeatedBy(0, { probability: 0.25, score: 25 })).toBe(true);
    expect(answers.isRepeatedBy(0, { probability: 0.25 + Number.EPSILON, score: 25 })).toBe(false);
  });
});
