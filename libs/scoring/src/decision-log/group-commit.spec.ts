import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GroupCommit, type GroupCommitBounds } from './group-commit.js';
import { LogQueue, rowsOf, type Waiting } from './log-queue.js';
import { entryOf } from '../testing/log-entries.js';

describe('GroupCommit', () => {
  let queue: LogQueue;
  /** The rows of each statement that has begun. */
  let statements: number[];
  let ends: (() => void)[];

  beforeEach(() => {
    jest.useFakeTimers();
    queue = new LogQueue();
    statements = [];
    ends = [];
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const commitOf = (bounds: Partial<GroupCommitBounds>, gathers = false): GroupCommit =>
    new GroupCommit(
      queue,
      { statements: 2, fewestRows: 8, heldMilliseconds: 20, ...bounds },
      gathers,
      (group: readonly Waiting[]) => {
        statements.push(rowsOf(group));
        return new Promise((resolve) => {
          ends.push(() => {
            for (const each of group) queue.release(each);
            resolve();
          });
        });
      },
    );
  /** So many requests of one row each, or one of many. */
  const add = (requests: number, rows = 1): void => {
    for (let each = 0; each < requests; each++) queue.add(entryOf(rows), performance.now());
  };
  const endFirst = async (): Promise<void> => {
    ends.shift()?.();
    await jest.advanceTimersByTimeAsync(0);
  };

  it('writes what came in a turn at its end, by as many statements as have enough to do', async () => {
    const commit = commitOf({});
    add(20);
    commit.flushSoon();
    expect(statements).toEqual([]);
    await jest.advanceTimersByTimeAsync(0);
    expect(statements).toEqual([10, 10]);
  });

  it('lets what comes beside all statements go together into the next', async () => {
    const commit = commitOf({});
    add(16);
    commit.flush();
    add(30);
    commit.flush();
    expect(statements).toEqual([8, 8]);
    await endFirst();
    expect(statements).toEqual([8, 8, 30]);
  });

  it('lets a few wait beside a statement, until it ends', async () => {
    const commit = commitOf({});
    add(1);
    commit.flush();
    add(7);
    commit.flush();
    expect(statements).toEqual([1]);
    await endFirst();
    expect(statements).toEqual([1, 7]);
  });

  it('lets them wait no longer than it may', async () => {
    const commit = commitOf({});
    add(1);
    commit.flush();
    add(3);
    commit.flush();
    await jest.advanceTimersByTimeAsync(19);
    expect(statements).toEqual([1]);
    await jest.advanceTimersByTimeAsync(1);
    expect(statements).toEqual([1, 3]);
  });

  it('counts how long they have waited already beside one that has ended', async () => {
    const commit = commitOf({ statements: 2 });
    add(1);
    commit.flush();
    add(1);
    await jest.advanceTimersByTimeAsync(20);
    commit.flush();
    expect(statements).toEqual([1, 1]);
    add(1);
    await jest.advanceTimersByTimeAsync(15);
    await endFirst();
    expect(statements).toEqual([1, 1]);
    await jest.advanceTimersByTimeAsync(5);
    expect(statements).toEqual([1, 1, 1]);
  });

  it('lets nobody wait for a large list', () => {
    const commit = commitOf({ fewestRows: 500 });
    add(1, 10_000);
    commit.flush();
    add(1);
    commit.flush();
    expect(statements).toEqual([10_000, 1]);
  });

  it('gathers, where nobody waits for the commit', async () => {
    const commit = commitOf({}, true);
    add(10);
    commit.flushSoon();
    await jest.advanceTimersByTimeAsync(19);
    add(590);
    commit.flushSoon();
    expect(statements).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(statements).toEqual([500, 100]);
  });

  it('ends once all is written, what is under way included, and gathers no more', async () => {
    const commit = commitOf({ statements: 1 }, true);
    const done = jest.fn();
    add(1);
    void commit.drain().then(done);
    add(2);
    await endFirst();
    expect(statements).toEqual([1, 2]);
    expect(done).not.toHaveBeenCalled();
    await endFirst();
    expect(done).toHaveBeenCalled();
    add(3);
    commit.flushSoon();
    await jest.advanceTimersByTimeAsync(0);
    expect(statements).toEqual([1, 2, 3]);
  });
});
