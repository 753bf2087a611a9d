import { describe, expect, it } from '@jest/globals';
import { aggregateByFeature } from './aggregate-by-feature.js';

const inputs = [{ feature: 'amount' }, { feature: 'type' }, { feature: 'type' }, { feature: 'age' }];

describe('aggregateByFeature', () => {
  it('sums the inputs of one feature', () => {
    expect(aggregateByFeature(inputs, [0.5, -1, 3, 0.25])).toEqual({ amount: 0.5, type: 2, age: 0.25 });
  });

  it('leaves a bias at the end out', () => {
    expect(aggregateByFeature(inputs, Float32Array.of(1, 2, 3, 4, -7))).toEqual({ amount: 1, type: 5, age: 4 });
  });

  it('refuses figures of another model', () => {
    expect(() => aggregateByFeature(inputs, [1, 2, 3])).toThrow(RangeError);
  });
});
