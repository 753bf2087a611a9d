import { describe, expect, it } from '@jest/globals';
import { descendingOrder } from './descending-order.js';

describe('descendingOrder', () => {
  it('orders as a stable sort does: negative ones, tiny ones, infinities, ties', () => {
    const values = Float32Array.of(0.5, -3, 1e-45, 0, Infinity, 0.5, -0, -Infinity, 1, -1e-45, 0.5000001, -3);
    const sorted = Array.from(values, (_, row) => row).sort((a, b) => {
      const [x = 0, y = 0] = [values[a], values[b]];
      return x === y ? a - b : x < y ? 1 : -1;
    });
    expect([...descendingOrder(values)]).toEqual(sorted);
  });

  it('orders nothing', () => {
    expect(descendingOrder(new Float32Array())).toHaveLength(0);
  });
});
