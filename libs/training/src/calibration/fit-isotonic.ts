import { MAX_LOG_ODDS } from '@app/xgboost';
import type { CalibrationRows } from './cross-validate.js';
import { type Block, join, poolAdjacent } from './pool-adjacent.js';

/** A calibration by points; between them in straight lines, see `Calibration` of @app/xgboost. */
export interface Isotonic {
  readonly logOdds: readonly number[];
  readonly probabilities: readonly number[];
}

/** Each gives two points, and the ends one each: no more than 100. */
const MAX_BLOCKS = 49;

/** Rise of the probability per 1 of log-odds. On a steeper line the rounding of the served model's log-odds shows. */
const STEEPEST = 2;

/** Points nearer to one another than 0.000001 are refused by `Calibration`, which rounds them to float32 first. */
const LEAST_RUN = 3e-6;

/** Within a block the odds rise by about this share to either side of its middle. */
const TILT = 0.01;

/**
 * Isotonic regression: the never falling probabilities of the least weighted squared error, by pooling neighbours that
 * are out of order (PAVA); the pooled values are those of scikit-learn's `IsotonicRegression`.
 *
 * A step function would give thousands of rows the same probability and undo their order, so each step is tilted by a
 * hundredth of the odds, too little to matter. Straight lines from the middle of one block to the next would keep the
 * order too, but lie above a curve that climbs from 0.0001 to 0.01 as those of rare frauds do. Beyond the rows the curve
 * leads on to the ends of the log-odds, halfway to 0 and 1.
 *
 * A block of legitimate rows only gets 1 / (n + 2) and one of frauds only (n + 1) / (n + 2), as far as its neighbour
 * allows: n rows do not make a probability of 0 or 1. Of more than 49 blocks the neighbours that differ least become
 * one, as do those that too steep a line would join.
 */
export function fitIsotonic(rows: CalibrationRows): Isotonic {
  return curve(smoothEnds(flatten(thin(poolAdjacent(rows)))));
}

function curve(blocks: readonly Block[]): Isotonic {
  const points = blocks.flatMap((block, at) => {
    const start = startOf(block, blocks[at - 1]);
    const end = endOf(block, blocks[at + 1]);
    if (end - start < LEAST_RUN) return [{ x: (start + end) / 2, y: block.value }];
    const tilt = Math.min(TILT * block.value * (1 - block.value), ((end - start) * STEEPEST) / 2);
    const before = blocks[at - 1]?.value ?? -Infinity;
    const after = blocks[at + 1]?.value ?? Infinity;
    return [
      { x: start, y: Math.max(block.value - tilt, (block.value + before) / 2) },
      { x: end, y: Math.min(block.value + tilt, (block.value + after) / 2) },
    ];
  });
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) throw new RangeError('There are no rows to fit to');
  if (first.x > 1 - MAX_LOG_ODDS) points.unshift({ x: -MAX_LOG_ODDS, y: first.y / 2 });
  if (last.x < MAX_LOG_ODDS - 1) points.push({ x: MAX_LOG_ODDS, y: (1 + last.y) / 2 });
  return { logOdds: points.map(({ x }) => x), probabilities: points.map(({ y }) => y) };
}

/** Where the level part of a block begins and ends: what lies between two blocks is the line that joins them. */
function startOf(block: Block, before: Block | undefined): number {
  return before ? (before.to + block.from) / 2 + halfRamp(before, block) : block.from;
}

function endOf(block: Block, after: Block | undefined): number {
  return after ? (block.to + after.from) / 2 - halfRamp(block, after) : block.to;
}

function halfRamp(a: Block, b: Block): number {
  return Math.max(b.from - a.to, (b.value - a.value) / STEEPEST, LEAST_RUN) / 2;
}

/** Joins the neighbours whose joining costs the least likelihood, until there are few enough. */
function thin(blocks: Block[]): Block[] {
  while (blocks.length > MAX_BLOCKS) {
    let [cheapest, least] = [0, Infinity];
    for (let at = 0; at + 1 < blocks.length; at++) {
      const cost = costOfJoining(blocks[at], blocks[at + 1]);
      if (cost < least) [cheapest, least] = [at, cost];
    }
    joinNext(blocks, cheapest);
  }
  return blocks;
}

/** Joins a block that the lines to its neighbours leave no room for to the one that it differs less from. */
function flatten(blocks: Block[]): Block[] {
  let at = 0;
  for (let block = blocks[at]; block; block = blocks[at]) {
    const [before, after] = [blocks[at - 1], blocks[at + 1]];
    if (startOf(block, before) <= endOf(block, after)) {
      at++;
      continue;
    }
    const joined = costOfJoining(before, block) < costOfJoining(block, after) ? at - 1 : at;
    joinNext(blocks, joined);
    // Its neighbours have another one now.
    at = Math.max(0, joined - 1);
  }
  return blocks;
}

function joinNext(blocks: Block[], at: number): void {
  const [a, b] = [blocks[at], blocks[at + 1]];
  if (a && b) blocks.splice(at, 2, join(a, b));
}

/** Squared distance of the values in standard errors, the likelihood lost to second order. */
function costOfJoining(a: Block | undefined, b: Block | undefined): number {
  if (!a || !b) return Infinity;
  const { value } = join(a, b);
  return ((a.weight * b.weight) / (a.weight + b.weight)) * ((b.value - a.value) ** 2 / (value * (1 - value)));
}

function smoothEnds(blocks: readonly Block[]): Block[] {
  return blocks.map((block, at) => {
    const { value, rows } = block;
    if (value === 0) return { ...block, value: Math.min(1 / (rows + 2), (blocks[at + 1]?.value ?? 1) / 2) };
    if (value < 1) return block;
    return { ...block, value: Math.max((rows + 1) / (rows + 2), (1 + (blocks[at - 1]?.value ?? 0)) / 2) };
  });
}
