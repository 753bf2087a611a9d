import { describe, expect, it } from '@jest/globals';
import { inTurns } from './in-turns.js';

describe('inTurns', () => {
  /** Work whose runs end when the test says so. */
  const work = (): { run: () => Promise<void>; ends: (() => void)[]; fail: (() => void)[] } => {
    const ends: (() => void)[] = [];
    const fail: (() => void)[] = [];
    const run = inTurns(
      () =>
        new Promise((resolve, reject) => {
          ends.push(resolve);
          fail.push(() => {
            reject(new Error('broken'));
          });
        }),
    );
    return { run, ends, fail };
  };
  /** Until all that can go on has gone on. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('runs once for all who ask before it begins', async () => {
    const { run, ends } = work();
    const asked = Array.from({ length: 100 }, run);
    await settled();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await Promise.all(asked);
    await settled();
    expect(ends).toHaveLength(1);
  });

  it('runs once more for all who ask meanwhile, and not before the first is over', async () => {
    const { run, ends } = work();
    const first = run();
    await settled();
    const later = Array.from({ length: 100 }, run);
    await settled();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await first;
    await settled();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await Promise.all(later);
  });

  it('goes on after a run that failed, of which only those hear who asked for it', async () => {
    const { run, ends, fail } = work();
    const first = expect(run()).rejects.toThrow('broken');
    await settled();
    const second = run();
    fail[0]?.();
    await first;
    await settled();
    ends[1]?.();
    await expect(second).resolves.toBeUndefined();
  });
});
