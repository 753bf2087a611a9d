import { describe, expect, it } from '@jest/globals';
import { ascendingOrder, descendingOrder } from './float-order.js';
import { normals } from './metrics/testing/drawn-scores.js';

const FEW = Float32Array.of(0.5, -3, 1e-45, 0, Infinity, 0.5, -0, -Infinity, 1, -1e-45, 0.5000001, -3);
const normal = normals(7);
const MANY = Float32Array.from({ length: 20_000 }, () => normal() * 10 ** (20 * normal()));

describe.each([
  ['ascendingOrder', ascendingOrder, 1],
  ['descendingOrder', descendingOrder, -1],
])('%s', (_, order, direction) => {
  it.each([FEW, MANY])('orders as a stable sort does: negative ones, tiny ones, infinities, ties', (values) => {
    const sorted = Array.from(values, (_value, row) => row).sort((a, b) => {
      const [x = 0, y = 0] = [values[a], values[b]];
      return x === y ? a - b : x < y ? -direction : direction;
    });
    expect([...order(values)]).toEqual(sorted);
  });

  it('orders nothing', () => {
    expect(order(new Float32Array())).toHaveLength(0);
  });
});
