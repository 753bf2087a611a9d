import { describe, expect, it } from '@jest/globals';
import { atOnce } from './at-once.js';

describe('atOnce', () => {
  /** Until all that can go on has gone on. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('runs so many, then the others in order as places become free, also by a failure', async () => {
    const run = atOnce(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const works = [0, 1, 2, 3, 4].map((at) =>
      run(
        () =>
          new Promise<number>((resolve, reject) => {
            begun.push(at);
            ends[at] = () => {
              if (at === 1) reject(new Error('broken'));
              else resolve(at);
            };
          }),
      ),
    );
    const outcomes = Promise.allSettled(works);
    await settled();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    ends[2]?.();
    ends[0]?.();
    await settled();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    ends[3]?.();
    ends[4]?.();
    expect((await outcomes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('gives every place back', async () => {
    const run = atOnce(2);
    for (let times = 0; times < 5; times++) {
      const failing = [run(() => Promise.reject(new Error('broken'))), run(() => Promise.resolve(times))];
      expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    }
    let begun = 0;
    const held = [1, 2, 3].map(() => run(() => new Promise<void>(() => begun++)));
    await settled();
    expect(held).toHaveLength(3);
    expect(begun).toBe(2);
  });
});
