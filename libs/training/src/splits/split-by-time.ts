import { checkHoldoutShare, HOLDOUT_SHARE, type Split, splitByMark } from './split.js';

/**
 * Holds the latest rows out, as a version meets them: trained on the past, judged by what came after.
 *
 * Rows of one instant stay together: the cut falls before or after the instant that the share would cut through,
 * whichever is nearer to the share (the later part wins a tie). Only when all rows have one time are they parted
 * regardless, the last ones of the data set being held out. Both parts have at least one row.
 *
 * @param times Any unit and origin, one per row, in any order.
 * @throws RangeError for fewer than two rows, a time that is NaN, or a share outside 0–1.
 */
export function splitByTime(times: Float64Array, holdoutShare: number = HOLDOUT_SHARE): Split {
  checkHoldoutShare(holdoutShare);
  const rows = times.length;
  if (rows < 2) throw new RangeError(`A split needs at least two rows, got ${rows}`);
  const sorted = Float64Array.from(times).sort();
  // NaN sorts last.
  if (Number.isNaN(sorted.at(-1))) throw new RangeError('A row has no time');

  const wanted = Math.min(Math.max(Math.round(rows * (1 - holdoutShare)), 1), rows - 1);
  const cut = nearestBoundary(sorted, wanted);
  const heldOut = new Uint8Array(rows);
  if (cut === undefined) return splitByMark(heldOut.fill(1, wanted));
  const from = sorted[cut] ?? Infinity;
  for (let row = 0; row < rows; row++) if ((times[row] ?? 0) >= from) heldOut[row] = 1;
  return splitByMark(heldOut);
}

/** The number of earlier rows nearest to `wanted` at which the time changes; undefined: it never does. */
function nearestBoundary(sorted: Float64Array, wanted: number): number | undefined {
  const instant = sorted[wanted];
  let before = wanted;
  while (before > 0 && sorted[before - 1] === instant) before--;
  let after = wanted;
  while (after < sorted.length && sorted[after] === instant) after++;

  if (before === 0) return after === sorted.length ? undefined : after;
  if (after === sorted.length) return before;
  return wanted - before <= after - wanted ? before : after;
}
