import { probabilityOfScore } from '@app/features';

/**
 * What a cut-off at each of some probabilities would flag on the calibration part. All sums are of row weights. The
 * lists run together: entry i is about the rows whose probability is at least `thresholds[i]`.
 */
export interface ThresholdCurve {
  /** Probabilities that rows have, descending; at the last one everything is flagged. */
  readonly thresholds: readonly number[];
  readonly frauds: readonly number[];
  readonly legitimate: readonly number[];
  /** Per cost column: the sum of weight × amount over the frauds. */
  readonly amounts: Readonly<Record<string, readonly number[]>>;
  readonly rows: number;
  readonly weight: number;
  readonly total_frauds: number;
  readonly total_legitimate: number;
  readonly total_amounts: Readonly<Record<string, number>>;
}

/** Each for frauds and for alerts; with one per score and the last that makes about 500 points at most. */
const STEPS = 200;
/** Of one pass of the sort. */
const DIGITS = 1 << 16;

/**
 * The curve of labels (0 or 1) and calibrated probabilities (0–1), one per row. Up to 500 distinct probabilities are
 * all kept. Of more, those are kept at which the frauds have grown by 1/200 of all or the alerts by a constant factor
 * since the last one, so that the top, where rare frauds are caught, is finest; and those next to the boundary of each
 * whole score, so that fixed policies are counted exactly.
 *
 * @param weights of the rows, not below 0; null: each counts 1
 * @param amounts per cost column, one per row; what is missing or below 0 counts as 0
 */
export function thresholdCurve(
  labels: Uint8Array,
  probabilities: Float32Array,
  weights: Float64Array | null,
  amounts: Readonly<Record<string, ArrayLike<number>>>,
): ThresholdCurve {
  const columns = Object.entries(amounts);
  const order = descending(probabilities);
  const keep = pointsToKeep(order, labels, probabilities, weights);
  const thresholds: number[] = [];
  const frauds: number[] = [];
  const legitimate: number[] = [];
  const amountPoints = columns.map((): number[] => []);
  const sums = columns.map(() => 0);
  let fraudSum = 0;
  let legitimateSum = 0;
  for (let at = 0; at < order.length; at++) {
    const row = order[at] ?? 0;
    const weight = weights ? (weights[row] ?? 0) : 1;
    if (labels[row] === 1) {
      fraudSum += weight;
      for (let column = 0; column < columns.length; column++) {
        const amount = columns[column]?.[1][row] ?? 0;
        if (amount > 0) sums[column] = (sums[column] ?? 0) + weight * amount;
      }
    } else legitimateSum += weight;
    if (!keep(at, fraudSum, legitimateSum)) continue;
    thresholds.push(probabilities[row] ?? 0);
    frauds.push(fraudSum);
    legitimate.push(legitimateSum);
    for (const [column, points] of amountPoints.entries()) points.push(sums[column] ?? 0);
  }
  return {
    thresholds,
    frauds,
    legitimate,
    amounts: Object.fromEntries(columns.map(([name], column) => [name, amountPoints[column] ?? []])),
    rows: labels.length,
    weight: fraudSum + legitimateSum,
    total_frauds: fraudSum,
    total_legitimate: legitimateSum,
    total_amounts: Object.fromEntries(columns.map(([name], column) => [name, sums[column] ?? 0])),
  };
}

/** Whether the row at a place of the order ends a point, given the sums up to it. Asked in order. */
type Keep = (at: number, frauds: number, legitimate: number) => boolean;

function pointsToKeep(
  order: Uint32Array,
  labels: Uint8Array,
  probabilities: Float32Array,
  weights: Float64Array | null,
): Keep {
  const probabilityAt = (at: number): number => probabilities[order[at] ?? 0] ?? 0;
  let distinct = 0;
  let totalFrauds = 0;
  let total = 0;
  let least = Infinity;
  for (let at = 0; at < order.length; at++) {
    if (at === 0 || probabilityAt(at) !== probabilityAt(at - 1)) distinct += 1;
    const row = order[at] ?? 0;
    const weight = weights ? (weights[row] ?? 0) : 1;
    total += weight;
    if (labels[row] === 1) totalFrauds += weight;
    if (weight > 0 && weight < least) least = weight;
  }
  const all = distinct <= 2 * STEPS + 100;
  const growth = Math.pow(Math.max(1, total / least), 1 / STEPS);
  let lastFrauds = 0;
  let lastAlerts = 0;
  return (at, frauds, legitimate) => {
    const here = probabilityAt(at);
    const last = at === order.length - 1;
    // Rows of one probability stand or fall together.
    if (!last && probabilityAt(at + 1) === here) return false;
    const kept =
      all ||
      last ||
      (frauds > lastFrauds && frauds - lastFrauds >= totalFrauds / STEPS) ||
      frauds + legitimate > lastAlerts * growth ||
      scoreBoundaryBetween(probabilityAt(at + 1), here);
    if (kept) {
      lastFrauds = frauds;
      lastAlerts = frauds + legitimate;
    }
    return kept;
  };
}

/** Whether a fixed cut-off may fall between two probabilities that follow one another. */
function scoreBoundaryBetween(lower: number, upper: number): boolean {
  const score = Math.floor(100 * upper + 0.5);
  return lower < probabilityOfScore(score);
}

/**
 * Rows by their probability (not below 0), the highest first: a radix sort over the bits of the floats, which ascend as
 * the floats do. Linear, where a sort by comparison takes seconds for some million rows.
 */
function descending(probabilities: Float32Array): Uint32Array {
  const copy = new Float32Array(probabilities.length);
  let order = new Uint32Array(probabilities.length);
  for (let row = 0; row < copy.length; row++) {
    // Adding 0 makes 0 of -0, whose bits are the highest.
    copy[row] = (probabilities[row] ?? 0) + 0;
    order[row] = row;
  }
  const bits = new Uint32Array(copy.buffer);
  for (const shift of [0, 16]) {
    const places = new Uint32Array(DIGITS + 1);
    for (let row = 0; row < bits.length; row++) {
      const digit = DIGITS - 1 - (((bits[row] ?? 0) >>> shift) & (DIGITS - 1));
      places[digit + 1] = (places[digit + 1] ?? 0) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit++) places[digit + 1] = (places[digit + 1] ?? 0) + (places[digit] ?? 0);
    const sorted = new Uint32Array(order.length);
    for (let at = 0; at < order.length; at++) {
      const row = order[at] ?? 0;
      const digit = DIGITS - 1 - (((bits[row] ?? 0) >>> shift) & (DIGITS - 1));
      const place = places[digit] ?? 0;
      sorted[place] = row;
      places[digit] = place + 1;
    }
    order = sorted;
  }
  return order;
}
