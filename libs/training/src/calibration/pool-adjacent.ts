import type { CalibrationRows } from './cross-validate.js';

/** A run of neighbouring rows that share one probability. */
export interface Block {
  /** The least and the greatest of their log-odds. */
  readonly from: number;
  readonly to: number;
  /** Share of frauds among them, by weight. */
  readonly value: number;
  readonly weight: number;
  readonly rows: number;
}

/** PAVA: blocks of strictly rising values. Rows of equal log-odds are one block from the start; without weight, none. */
export function poolAdjacent({ order, logOdds, labels, weights }: CalibrationRows): Block[] {
  const blocks: Block[] = [];
  let end = 0;
  while (end < order.length) {
    const at = logOdds[order[end] ?? 0] ?? 0;
    let [weight, frauds, rows] = [0, 0, 0];
    for (; end < order.length && logOdds[order[end] ?? 0] === at; end++) {
      const row = order[end] ?? 0;
      weight += weights[row] ?? 0;
      frauds += (weights[row] ?? 0) * (labels[row] ?? 0);
      rows++;
    }
    if (weight === 0) continue;
    let block: Block = { from: at, to: at, value: frauds / weight, weight, rows };
    for (let before = blocks.at(-1); before && before.value >= block.value; before = blocks.at(-1)) {
      blocks.pop();
      block = join(before, block);
    }
    blocks.push(block);
  }
  return blocks;
}

export function join(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  // Exactly 0 and 1 where both are: smoothing looks for them.
  const value = a.value === b.value ? a.value : (a.value * a.weight + b.value * b.weight) / weight;
  return { from: a.from, to: b.to, value, weight, rows: a.rows + b.rows };
}
