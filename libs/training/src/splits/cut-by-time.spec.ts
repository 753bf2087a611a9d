import { describe, expect, it } from '@jest/globals';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { seededRandom } from '../seeded-random.js';
import { cutByTime } from './cut-by-time.js';

function cut(times: number[], wanted: number, gap = 0): { earlier: number[]; later: number[]; dropped: number } {
  const { earlier, later, dropped } = cutByTime(Float64Array.from(times), Uint32Array.from(times.keys()), wanted, gap);
  return { earlier: [...earlier], later: [...later], dropped };
}

describe('cutByTime', () => {
  it('parts earlier from later, in the order of the rows', () => {
    expect(cut([5, 1, 9, 3, 2, 8, 4, 7, 6, 0], 8)).toEqual({
      earlier: [0, 1, 3, 4, 6, 7, 8, 9],
      later: [2, 5],
      dropped: 0,
    });
  });

  it('looks at the given rows alone', () => {
    const { earlier, later } = cutByTime(Float64Array.of(9, 1, 8, 2, 7), Uint32Array.of(1, 2, 3), 2, 0);
    expect([[...earlier], [...later]]).toEqual([[1, 3], [2]]);
  });

  it('keeps an instant whole, on the side nearer to what is wanted', () => {
    expect(cut([1, 2, 3, 4, 5, 6, 7, 8, 8, 10], 8).later).toEqual([7, 8, 9]);
    expect(cut([1, 2, 3, 4, 5, 6, 6, 6, 6, 10], 8).later).toEqual([9]);
    expect(cut([1, 2, 3, 4, 5, 6, 7, 8, 8, 8], 8).later).toEqual([7, 8, 9]);
    expect(cut([1, 1, 1, 1, 1, 1, 1, 1, 1, 10], 8).later).toEqual([9]);
    expect(cut([1, 9, 9, 9, 9, 9, 9, 9, 9, 9], 8).earlier).toEqual([0]);
  });

  it('cuts one single instant by the order of the rows, unless a gap is asked for', () => {
    expect(cut([3, 3, 3, 3, 3], 4)).toEqual({ earlier: [0, 1, 2, 3], later: [4], dropped: 0 });
    expect(cut([3, 3, 3, 3, 3], 4, 1)).toEqual({ earlier: [], later: [4], dropped: 4 });
  });

  it('leaves a row on each side of two', () => {
    expect(cut([2, 1], 0)).toEqual({ earlier: [1], later: [0], dropped: 0 });
    expect(cut([2, 1], 2)).toEqual({ earlier: [1], later: [0], dropped: 0 });
    expect(cut([2], 1)).toEqual({ earlier: [0], later: [], dropped: 0 });
  });

  it('drops the rows in the gap: kept is what lies further back than it', () => {
    const times = [0, 10, 20, 30, 40, 50];
    expect(cut(times, 4, 20)).toEqual({ earlier: [0, 1], later: [4, 5], dropped: 2 });
    expect(cut(times, 4, 19)).toEqual({ earlier: [0, 1, 2], later: [4, 5], dropped: 1 });
    expect(cut(times, 4, 100)).toEqual({ earlier: [], later: [4, 5], dropped: 4 });
  });

  it('takes any number for a time, and nothing else', () => {
    expect(cut([-Infinity, -0, 0, 1e308, Infinity], 3, 5).later).toEqual([3, 4]);
    expect(() => cut([1, NaN, 3], 1)).toThrow(RangeError);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('never has a moment on both sides, seed %d', (seed) => {
    const random = seededRandom(seed);
    const rows = uniformInt(random, 2, 400);
    const moments = uniformInt(random, 2, 200);
    const times = Float64Array.from({ length: rows }, () => uniformInt(random, 1, moments));
    times[0] = 0;
    const wanted = uniformInt(random, 1, rows - 1);
    const { earlier, later } = cutByTime(times, Uint32Array.from(times.keys()), wanted, 0);

    expect([...earlier, ...later].sort((a, b) => a - b)).toEqual(Array.from(times.keys()));
    for (const part of [earlier, later]) expect(Uint32Array.from(part).sort()).toEqual(part);
    const latest = Math.max(...Array.from(earlier, (row) => times[row] ?? NaN));
    const first = Math.min(...Array.from(later, (row) => times[row] ?? NaN));
    expect(latest).toBeLessThan(first);
    // As near to what is wanted as whole instants allow.
    const sorted = times.slice().sort();
    const boundaries = Array.from(sorted.keys()).filter((row) => row > 0 && sorted[row] !== sorted[row - 1]);
    const nearest = Math.min(...boundaries.map((boundary) => Math.abs(boundary - wanted)));
    expect(Math.abs(earlier.length - wanted)).toBe(nearest);
  });
});
