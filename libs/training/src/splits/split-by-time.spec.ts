import { describe, expect, it } from '@jest/globals';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { splitByTime } from './split-by-time.js';

function split(times: number[], share?: number): { train: number[]; holdout: number[] } {
  const { train, holdout } = splitByTime(Float64Array.from(times), share);
  return { train: [...train], holdout: [...holdout] };
}

describe('splitByTime', () => {
  it('holds the latest fifth out, in the order of the rows', () => {
    expect(split([5, 1, 9, 3, 2, 8, 4, 7, 6, 0])).toEqual({ train: [0, 1, 3, 4, 6, 7, 8, 9], holdout: [2, 5] });
  });

  it('keeps an instant whole, on the side nearer to the share', () => {
    expect(split([1, 2, 3, 4, 5, 6, 7, 8, 8, 10]).holdout).toEqual([7, 8, 9]);
    expect(split([1, 2, 3, 4, 5, 6, 6, 6, 6, 10]).holdout).toEqual([9]);
    expect(split([1, 2, 3, 4, 5, 6, 7, 8, 8, 8]).holdout).toEqual([7, 8, 9]);
    expect(split([1, 1, 1, 1, 1, 1, 1, 1, 1, 10]).holdout).toEqual([9]);
    expect(split([1, 9, 9, 9, 9, 9, 9, 9, 9, 9]).train).toEqual([0]);
  });

  it('parts one single instant by the order of the rows, as nothing else is possible', () => {
    expect(split([3, 3, 3, 3, 3])).toEqual({ train: [0, 1, 2, 3], holdout: [4] });
  });

  it('leaves a row on each side of the smallest set', () => {
    expect(split([2, 1])).toEqual({ train: [1], holdout: [0] });
    expect(split([1, 2, 3], 0.01)).toEqual({ train: [0, 1], holdout: [2] });
    expect(split([1, 2, 3], 0.99)).toEqual({ train: [0], holdout: [1, 2] });
  });

  it('takes any number for a time', () => {
    expect(split([-Infinity, -0, 0, 1e308, Infinity], 0.4).holdout).toEqual([3, 4]);
  });

  it.each([
    ['one row', [1], 0.2],
    ['no row', [], 0.2],
    ['a row without a time', [1, NaN, 3], 0.2],
    ['a share of nothing', [1, 2, 3], 0],
    ['a share of everything', [1, 2, 3], 1],
    ['a share that is no number', [1, 2, 3], NaN],
  ])('refuses %s', (_, times, share) => {
    expect(() => split(times, share)).toThrow(RangeError);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('never trains on a moment of the holdout, seed %d', (seed) => {
    const random = xoroshiro128plus(seed);
    const rows = uniformInt(random, 2, 400);
    const moments = uniformInt(random, 2, 200);
    const times = Float64Array.from({ length: rows }, () => uniformInt(random, 1, moments));
    times[0] = 0;
    const share = uniformInt(random, 1, 99) / 100;
    const { train, holdout } = splitByTime(times, share);

    expect([...train, ...holdout].sort((a, b) => a - b)).toEqual(Array.from(times.keys()));
    for (const part of [train, holdout]) {
      expect(part.length).toBeGreaterThan(0);
      expect(Uint32Array.from(part).sort()).toEqual(part);
    }
    const latestTrained = Math.max(...Array.from(train, (row) => times[row] ?? NaN));
    const earliestHeld = Math.min(...Array.from(holdout, (row) => times[row] ?? NaN));
    expect(latestTrained).toBeLessThan(earliestHeld);
    // As near to the share as whole instants allow.
    const sorted = times.slice().sort();
    const wanted = Math.min(Math.max(Math.round(rows * (1 - share)), 1), rows - 1);
    const boundaries = Array.from(sorted.keys()).filter((row) => row > 0 && sorted[row] !== sorted[row - 1]);
    const nearest = Math.min(...boundaries.map((boundary) => Math.abs(boundary - wanted)));
    expect(Math.abs(train.length - wanted)).toBe(nearest);
    expect(splitByTime(times, share)).toEqual({ train, holdout });
  });
});
