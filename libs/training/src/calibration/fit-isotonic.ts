import { MAX_LOG_ODDS } from './clip-log-odds.js';

/** A run of neighbouring rows that share one probability. */
interface Block {
  /** Weighted mean of their log-odds. */
  centre: number;
  /** Share of frauds among them, by weight. */
  value: number;
  weight: number;
  rows: number;
}

/** A calibration by points; between them in straight lines, see `Calibration` of @app/xgboost. */
export interface Isotonic {
  readonly logOdds: readonly number[];
  readonly probabilities: readonly number[];
}

const MAX_POINTS = 100;

/** Rise of the probability per 1 of log-odds. On a steeper line the rounding of the served model's log-odds shows. */
const STEEPEST = 2;

/**
 * Isotonic regression: the never falling probabilities of the least weighted squared error, by pooling neighbours that
 * are out of order (PAVA); the pooled values are those of scikit-learn's `IsotonicRegression`.
 *
 * A step function would give thousands of rows the same probability and undo the ranking, so each block is one point,
 * at the mean of its log-odds, and the curve goes straight from one to the next (centred isotonic regression, Oron and
 * Flournoy 2017). The first and the last lead on to a point at the ends of the log-odds, halfway to 0 and 1. A block of
 * legitimate rows only gets 1 / (n + 2) and one of frauds only (n + 1) / (n + 2), as far as its neighbour allows, since
 * n rows do not make a probability of 0 or 1. Of more than 100 points the neighbours that differ least become one, as do
 * those that too steep a line would join.
 *
 * @param order row numbers by ascending log-odds; other rows are left out
 */
export function fitIsotonic(
  order: Uint32Array,
  logOdds: Float64Array,
  labels: Uint8Array,
  weights: Float64Array,
): Isotonic {
  const blocks = smoothEnds(flatten(thin(poolAdjacent(order, logOdds, labels, weights), MAX_POINTS - 2)));
  const [first] = blocks;
  const last = blocks.at(-1);
  if (!first || !last) throw new RangeError('There are no rows to fit to');
  const points = blocks.map(({ centre, value }) => ({ centre, value }));
  if (first.centre > 1 - MAX_LOG_ODDS) points.unshift({ centre: -MAX_LOG_ODDS, value: first.value / 2 });
  if (last.centre < MAX_LOG_ODDS - 1) points.push({ centre: MAX_LOG_ODDS, value: (1 + last.value) / 2 });
  return { logOdds: points.map(({ centre }) => centre), probabilities: points.map(({ value }) => value) };
}

/** Blocks of strictly rising values; rows of equal log-odds are one block from the start. */
export function poolAdjacent(
  order: Uint32Array,
  logOdds: Float64Array,
  labels: Uint8Array,
  weights: Float64Array,
): Block[] {
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
    let block: Block = { centre: at, value: frauds / weight, weight, rows };
    for (let before = blocks.at(-1); before && before.value >= block.value; before = blocks.at(-1)) {
      blocks.pop();
      block = join(before, block);
    }
    blocks.push(block);
  }
  return blocks;
}

/** Joins the neighbours whose joining costs the least likelihood, until there are few enough. */
function thin(blocks: Block[], most: number): Block[] {
  while (blocks.length > most) {
    let [cheapest, least] = [0, Infinity];
    for (let at = 0; at + 1 < blocks.length; at++) {
      const cost = costOfJoining(blocks[at], blocks[at + 1]);
      if (cost < least) [cheapest, least] = [at, cost];
    }
    const [a, b] = [blocks[cheapest], blocks[cheapest + 1]];
    if (!a || !b) break;
    blocks.splice(cheapest, 2, join(a, b));
  }
  return blocks;
}

/** Joins neighbours that too steep a line would join. */
function flatten(blocks: Block[]): Block[] {
  let at = 0;
  while (at + 1 < blocks.length) {
    const [a, b] = [blocks[at], blocks[at + 1]];
    if (!a || !b) break;
    if (b.value - a.value <= STEEPEST * (b.centre - a.centre)) at++;
    else {
      blocks.splice(at, 2, join(a, b));
      // The new block may be too near to the one before.
      at = Math.max(0, at - 1);
    }
  }
  return blocks;
}

/** Squared distance of the values in standard errors, the likelihood lost to second order. */
function costOfJoining(a: Block | undefined, b: Block | undefined): number {
  if (!a || !b) return Infinity;
  const { value } = join(a, b);
  return ((a.weight * b.weight) / (a.weight + b.weight)) * ((b.value - a.value) ** 2 / (value * (1 - value)));
}

function smoothEnds(blocks: Block[]): Block[] {
  const [first, second] = blocks;
  if (first?.value === 0) first.value = Math.min(1 / (first.rows + 2), (second?.value ?? 1) / 2);
  const last = blocks.at(-1);
  if (last?.value === 1) {
    last.value = Math.max((last.rows + 1) / (last.rows + 2), (1 + (blocks.at(-2)?.value ?? 0)) / 2);
  }
  return blocks;
}

function join(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  return {
    centre: (a.centre * a.weight + b.centre * b.weight) / weight,
    value: (a.value * a.weight + b.value * b.weight) / weight,
    weight,
    rows: a.rows + b.rows,
  };
}
