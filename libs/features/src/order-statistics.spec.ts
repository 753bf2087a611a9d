import { describe, expect, it } from '@jest/globals';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { valuesAtRanks } from './order-statistics.js';

describe('valuesAtRanks', () => {
  it('orders negative, positive and tiny values', () => {
    const values = Float32Array.of(3, -1, 0, 1e-40, -1e-40, -3e38, 3e38, -2);
    const everyRank = [...values.keys()];
    expect(valuesAtRanks(values, everyRank)).toEqual([...values.toSorted()]);
  });

  it('takes equal values as often as they stand there', () => {
    expect(valuesAtRanks(Float32Array.of(2, 1, 2, 1, 2), [0, 1, 2, 4])).toEqual([1, 1, 2, 2]);
  });

  it('needs no values for no ranks, and looks at its own part of a larger array', () => {
    expect(valuesAtRanks(new Float32Array(0), [])).toEqual([]);
    expect(valuesAtRanks(Float32Array.of(-9, 5, 4, -9).subarray(1, 3), [0, 1])).toEqual([4, 5]);
  });

  it.each([
    ['wide', (random: number) => (random - 0.5) * 10 ** (random * 30)],
    ['so close that their upper halves are equal', (random: number) => 1_700_000_000 + random * 1_000_000],
    ['few and far between', (random: number) => Math.floor(random * 3)],
  ])('agrees with a sort where values are %s', (_, spread) => {
    const generator = xoroshiro128plus(7);
    const values = Float32Array.from({ length: 5_000 }, () => spread(uniformFloat64(generator)));
    const sorted = values.toSorted();
    const ranks = [0, 1, 49, 50, 1_234, 2_500, 4_998, 4_999];
    expect(valuesAtRanks(values, ranks)).toEqual(ranks.map((rank) => sorted[rank]));
  });
});
