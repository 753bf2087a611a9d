import { describe, expect, it } from '@jest/globals';
import { CLIP, fitScaling, standardise } from './scaling.js';

describe('scaling', () => {
  it('brings each input to mean 0 and deviation 1, whatever its size, across blocks of rows', async () => {
    const rows = 70_000;
    const matrix = Float32Array.from({ length: rows * 2 }, (_, index) =>
      index % 2 === 0 ? 1e6 + (index % 200) : (index % 7) * 1e-6,
    );
    const scaling = await fitScaling(matrix, rows, 2);
    const standardised = await standardise(matrix, rows, 2, scaling);
    for (const column of [0, 1]) {
      const values = standardised.filter((_, index) => index % 2 === column);
      const mean = values.reduce((sum, value) => sum + value, 0) / rows;
      const variance = values.reduce((sum, value) => sum + value * value, 0) / rows;
      expect(mean).toBeCloseTo(0, 2);
      expect(variance).toBeCloseTo(1, 2);
    }
  });

  it('takes a missing value for the mean, and clips what is absurd', async () => {
    const matrix = Float32Array.of(1, 3, Number.NaN, 3e38, -3e38);
    const scaling = await fitScaling(matrix.subarray(0, 3), 3, 1);
    expect(scaling).toEqual({ means: Float32Array.of(2), factors: Float32Array.of(1) });
    expect(await standardise(matrix, 5, 1, scaling)).toEqual(Float32Array.of(-1, 1, 0, CLIP, -CLIP));
  });

  it.each([
    ['constant', [5, 5, 5]],
    ['never there', [Number.NaN, Number.NaN, Number.NaN]],
    ['denormal', [1e-42, 3e-42, 0]],
  ])('gives an input that is %s no say', async (_, values) => {
    const scaling = await fitScaling(Float32Array.from(values), 3, 1);
    expect(scaling).toEqual({ means: Float32Array.of(0), factors: Float32Array.of(0) });
    expect((await standardise(Float32Array.of(3e38), 1, 1, scaling))[0]).toBe(0);
  });
});
