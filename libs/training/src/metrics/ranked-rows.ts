import { descendingOrder } from '../float-order.js';
import type { MeasuredRows } from './measured-rows.js';

/** Rows sorted once, so that every resample is one pass over them. Equal probabilities form a group. */
export interface RankedRows {
  /** The row at each position, highest probability first. */
  readonly order: Uint32Array;
  /** Per position: twice its group, plus 1 for a fraud: where it counts in {@link sumGroups}. */
  readonly slots: Uint32Array;
  /** Per position. Null: 1 each. */
  readonly weights: Float64Array | null;
  /** Per group, descending. */
  readonly probabilities: Float64Array;
  readonly groups: number;
}

export function rankRows({ labels, probabilities, weights }: MeasuredRows): RankedRows {
  const order = descendingOrder(probabilities);
  const slots = new Uint32Array(order.length);
  const ofGroups = new Float64Array(order.length);
  let groups = 0;
  for (let position = 0; position < order.length; position++) {
    const row = order[position] ?? 0;
    const probability = probabilities[row] ?? 0;
    if (position === 0 || ofGroups[groups - 1] !== probability) ofGroups[groups++] = probability;
    slots[position] = 2 * (groups - 1) + (labels[row] ?? 0);
  }
  return {
    order,
    slots,
    weights: weights ? byOrder(weights, order) : null,
    probabilities: ofGroups.subarray(0, groups),
    groups,
  };
}

/** The values of the rows in the order's sequence. */
export function byOrder(values: Float64Array, order: Uint32Array): Float64Array {
  const sorted = new Float64Array(order.length);
  for (let position = 0; position < order.length; position++) sorted[position] = values[order[position] ?? 0] ?? 0;
  return sorted;
}

/** How often each position counts: the drawn number of the unit that its row belongs to. */
export interface Drawn {
  /** Per position of the ranking. */
  readonly units: Uint32Array;
  /** Per unit. */
  readonly counts: Uint16Array;
}

/** Weights summed per group: at 2g of its legitimate rows, at 2g + 1 of its frauds. Without a draw each row counts once. */
export function sumGroups(
  { slots, weights, groups }: RankedRows,
  drawn: Drawn | null,
  sums: Float64Array,
): Float64Array {
  sums.fill(0, 0, 2 * groups);
  for (let position = 0; position < slots.length; position++) {
    const times = drawn ? (drawn.counts[drawn.units[position] ?? 0] ?? 0) : 1;
    if (times === 0) continue;
    const slot = slots[position] ?? 0;
    sums[slot] = (sums[slot] ?? 0) + (weights ? times * (weights[position] ?? 0) : times);
  }
  return sums;
}
