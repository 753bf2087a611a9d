import { describe, expect, it } from '@jest/globals';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { seededRandom } from '../seeded-random.js';
import { nearestOf, standardised } from './nearest.js';

function randomPoints(count: number, width: number): Float32Array {
  const random = seededRandom(count);
  return Float32Array.from({ length: count * width }, () => uniformFloat64(random));
}

function distance(points: Float32Array, width: number, one: number, other: number): number {
  const at = (point: number): number[] => [...points.subarray(point * width, (point + 1) * width)];
  const there = at(other);
  return at(one).reduce((sum, value, column) => sum + (value - (there[column] ?? NaN)) ** 2, 0);
}

describe('nearestOf', () => {
  it('finds what sorting all distances finds', async () => {
    const points = randomPoints(120, 4);
    const found = await nearestOf(points, 4, 100, 5, seededRandom(1));
    const others = (point: number): number[] =>
      Array.from({ length: 120 }, (_, other) => other).filter((other) => other !== point);
    const expected = Array.from({ length: 100 }, (_, point) =>
      others(point)
        .sort((a, b) => distance(points, 4, point, a) - distance(points, 4, point, b))
        .slice(0, 5),
    );
    expect(found).toEqual(expected);
  });

  it('gives fewer where there are fewer', async () => {
    expect(await nearestOf(Float32Array.of(0, 3, 1), 1, 3, 5, seededRandom(1))).toEqual([
      [2, 1],
      [2, 0],
      [0, 1],
    ]);
    expect(await nearestOf(Float32Array.of(7), 1, 1, 5, seededRandom(1))).toEqual([[]]);
  });

  it('looks among a sample of thousands, the same for the same seed', async () => {
    const points = randomPoints(6_000, 3);
    const found = await nearestOf(points, 3, 50, 5, seededRandom(1));
    expect(await nearestOf(points, 3, 50, 5, seededRandom(1))).toEqual(found);
    expect(await nearestOf(points, 3, 50, 5, seededRandom(2))).not.toEqual(found);
    for (const [point, neighbours] of found.entries()) {
      expect(new Set(neighbours.filter((neighbour) => neighbour !== point)).size).toBe(5);
      // Among 6,000 random points of the unit cube the fifth nearest of a sample of 2,000 is near.
      for (const neighbour of neighbours) expect(distance(points, 3, point, neighbour)).toBeLessThan(0.1);
    }
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    const points = randomPoints(2_000, 20);
    await expect(nearestOf(points, 20, 2_000, 5, seededRandom(1), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('standardised', () => {
  it('measures numbers in standard deviations, a category and two flags as one of them', () => {
    // Amount, then a category of two values, then a yes or no.
    const rows = [
      [10, 1, 0, 0],
      [30, 0, 1, 1],
      [NaN, 1, 0, NaN],
    ];
    const points = standardised(Float32Array.from(rows.flat()), 4, Uint32Array.of(0, 1, 2), Uint8Array.of(0, 1, 1, 1));
    expect([points[0], points[4], points[8]]).toEqual([-1, 1, 0]);
    expect(distance(points, 4, 0, 1)).toBeCloseTo(2 ** 2 + 1 + 0.5, 5);
    expect(points[11]).toBe(0);
  });

  it('gives what is constant or missing everywhere no say', () => {
    const points = standardised(Float32Array.of(5, NaN, 5, NaN), 2, Uint32Array.of(0, 1), Uint8Array.of(0, 0));
    expect([...points]).toEqual([0, 0, 0, 0]);
  });
});
