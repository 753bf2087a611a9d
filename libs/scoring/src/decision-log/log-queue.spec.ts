import { describe, expect, it } from '@jest/globals';
import { type LogEntry, LogQueue } from './log-queue.js';
import { entryOf } from '../testing/log-entries.js';

const rowsOf = (waiting: readonly { entry: LogEntry }[]): number[] =>
  waiting.map(({ entry: { records } }) => records.length);

describe('LogQueue', () => {
  it('gives whole requests, in order, as many as fit', () => {
    const queue = new LogQueue();
    for (const rows of [3, 4, 20, 1]) queue.add(entryOf(rows), 0);
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
    expect(queue.add(entryOf(1, large), 0)).toBe(true);
    expect(queue.add(entryOf(1, large), 0)).toBe(true);
    expect(queue.add(entryOf(1, large), 0)).toBe(false);
    const [first] = queue.take(1);
    expect(queue.add(entryOf(1, large), 0)).toBe(false);
    if (first) queue.release(first);
    expect(queue.rows).toBe(1);
    expect(queue.add(entryOf(1, large), 0)).toBe(true);
  });

  it('takes one that is larger than its bound, alone', () => {
    const queue = new LogQueue(10_000);
    expect(queue.add(entryOf(100), 0)).toBe(true);
    expect(queue.add(entryOf(1), 0)).toBe(false);
  });

  it('finds those who have waited too long', () => {
    const queue = new LogQueue();
    for (const since of [1, 2, 3]) queue.add(entryOf(since), since);
    expect(rowsOf(queue.takeOlderThan(3))).toEqual([1, 2]);
    expect(rowsOf(queue.takeAll())).toEqual([3]);
  });
});
