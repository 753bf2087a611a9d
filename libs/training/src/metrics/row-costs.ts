import type { CutOffs } from '@app/features';
import type { MeasuredRows } from './measured-rows.js';
import type { Drawn, RankedRows } from './ranked-rows.js';

/** What mistakes and reviews cost, in one unit of money. */
export interface CostModel {
  /** Letting a fraud through: the same for each, or the row's own cost. */
  readonly missedFraud: number | 'cost_column';
  /** Blocking what is legitimate. */
  readonly falseAlarm: number;
  /** Reviewing, whatever it turns out to be. */
  readonly review: number;
}

/**
 * What each row costs under the cut-offs, by position in the ranking: approving a fraud, reviewing anything, blocking
 * what is legitimate; all else is free. `block` wins where both are reached. A row's own cost below 0, as the amount of
 * a refund may be, counts as 0, as it does in the curve that the cut-offs come from.
 * @throws RangeError where the row's own cost is asked for and there is none
 */
export function costsByRank(
  { order }: RankedRows,
  { labels, probabilities, costs }: MeasuredRows,
  { missedFraud, falseAlarm, review }: CostModel,
  cutOffs: CutOffs,
): Float64Array {
  if (missedFraud === 'cost_column' && !costs) throw new RangeError('The rows have no costs of their own');
  const byRank = new Float64Array(order.length);
  for (let position = 0; position < order.length; position++) {
    const row = order[position] ?? 0;
    const fraud = labels[row] === 1;
    const probability = probabilities[row] ?? 0;
    if (probability >= cutOffs.block) byRank[position] = fraud ? 0 : falseAlarm;
    else if (probability >= cutOffs.review) byRank[position] = review;
    else if (fraud) byRank[position] = missedFraud === 'cost_column' ? Math.max(0, costs?.[row] ?? 0) : missedFraud;
  }
  return byRank;
}

/** Mean cost of a transaction: Σ weight × cost / Σ weight. Without a draw each row counts once. */
export function expectedCost({ weights }: RankedRows, costs: Float64Array, drawn: Drawn | null): number {
  let sum = 0;
  let total = 0;
  for (let position = 0; position < costs.length; position++) {
    const times = drawn ? (drawn.counts[drawn.units[position] ?? 0] ?? 0) : 1;
    const weight = weights ? times * (weights[position] ?? 0) : times;
    total += weight;
    sum += weight * (costs[position] ?? 0);
  }
  return total === 0 ? 0 : sum / total;
}
