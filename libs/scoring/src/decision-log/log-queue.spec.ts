import { describe, expect, it } from '@jest/globals';
import type { DecisionRecord } from '../decision-record.js';
import { type LogEntry, LogQueue } from './log-queue.js';

const record = (inputs: string): DecisionRecord => ({
  id: '0190d3a0-0000-7000-8000-000000000000',
  decidedAt: 0,
  modelId: 1,
  versionId: 1,
  policyVersion: 1,
  transactionId: null,
  inputs,
  probability: 0,
  score: 0,
  decision: 'approve',
  isFraud: false,
  reasons: [],
  warnings: [],
  decidedFor: 'test',
});

const entry = (rows: number, inputs = '{}'): LogEntry => ({
  records: Array.from({ length: rows }, () => record(inputs)),
  stored: () => undefined,
  refused: () => undefined,
});

const rowsOf = (waiting: readonly { entry: LogEntry }[]): number[] =>
  waiting.map(({ entry: { records } }) => records.length);

describe('LogQueue', () => {
  it('gives whole requests, in order, as many as fit', () => {
    const queue = new LogQueue();
    for (const rows of [3, 4, 20, 1]) queue.add(entry(rows), 0);
    expect(rowsOf(queue.take(10))).toEqual([3, 4]);
    expect(queue.waitingRows).toBe(21);
    expect(rowsOf(queue.take(10))).toEqual([20]);
    expect(rowsOf(queue.take(10))).toEqual([1]);
    expect(queue.waitingRows).toBe(0);
    expect(queue.rows).toBe(28);
  });

  it('takes no more than its bound, what is under way included, and again what was released', () => {
    const queue = new LogQueue(10_000);
    const large = 'x'.repeat(4_000);
    expect(queue.add(entry(1, large), 0)).toBe(true);
    expect(queue.add(entry(1, large), 0)).toBe(true);
    expect(queue.add(entry(1, large), 0)).toBe(false);
    const [first] = queue.take(1);
    expect(queue.add(entry(1, large), 0)).toBe(false);
    if (first) queue.release(first);
    expect(queue.rows).toBe(1);
    expect(queue.add(entry(1, large), 0)).toBe(true);
  });

  it('takes one that is larger than its bound, alone', () => {
    const queue = new LogQueue(10_000);
    expect(queue.add(entry(100), 0)).toBe(true);
    expect(queue.add(entry(1), 0)).toBe(false);
  });

  it('finds those who have waited too long', () => {
    const queue = new LogQueue();
    for (const since of [1, 2, 3]) queue.add(entry(since), since);
    expect(rowsOf(queue.takeOlderThan(3))).toEqual([1, 2]);
    expect(rowsOf(queue.takeAll())).toEqual([3]);
  });
});
