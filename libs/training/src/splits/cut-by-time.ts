export interface TimeCut {
  readonly earlier: Uint32Array;
  readonly later: Uint32Array;
  /** Rows in the gap before the later ones. */
  readonly dropped: number;
}

/**
 * Cuts rows in two by time, about `wanted` of them being the earlier ones, and drops of these what lies within `gap`
 * of the later ones: kept is a row more than `gap` before the first of them.
 *
 * Rows of one instant stay together: the cut falls before or after the instant that `wanted` would cut through,
 * whichever is nearer (the later part wins a tie). Only when all rows have one time are they cut regardless, in their
 * order. Of two rows or more there is one at least on each side, before the gap.
 *
 * @param times In seconds, one per row of the data set. @param rows Row numbers, ascending; so are the parts.
 * @throws RangeError for a time that is NaN
 */
export function cutByTime(times: Float64Array, rows: Uint32Array, wanted: number, gap: number): TimeCut {
  if (rows.length < 2) return { earlier: rows, later: new Uint32Array(0), dropped: 0 };
  const sorted = sortedTimes(times, rows);
  const position = Math.min(Math.max(Math.round(wanted), 1), rows.length - 1);
  const boundary = nearestBoundary(sorted, position);
  const from = sorted[boundary ?? 0] ?? Infinity;
  const before = boundary === null ? rows.slice(0, position) : rows.filter((row) => (times[row] ?? 0) < from);
  const later = boundary === null ? rows.slice(position) : rows.filter((row) => (times[row] ?? 0) >= from);
  const earlier = gap > 0 ? before.filter((row) => (times[row] ?? 0) < from - gap) : before;
  return { earlier, later, dropped: before.length - earlier.length };
}

/** The times of the rows, ascending. @throws RangeError for a time that is NaN */
export function sortedTimes(times: Float64Array, rows: Uint32Array): Float64Array {
  const sorted = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) sorted[index] = times[rows[index] ?? 0] ?? NaN;
  sorted.sort();
  // NaN sorts last.
  if (Number.isNaN(sorted.at(-1))) throw new RangeError('A row has no time');
  return sorted;
}

/** The number of earlier rows nearest to `wanted` at which the time changes; null: it never does. */
export function nearestBoundary(sorted: Float64Array, wanted: number): number | null {
  const instant = sorted[wanted];
  let before = wanted;
  while (before > 0 && sorted[before - 1] === instant) before--;
  let after = wanted;
  while (after < sorted.length && sorted[after] === instant) after++;

  if (before === 0) return after === sorted.length ? null : after;
  if (after === sorted.length) return before;
  return wanted - before <= after - wanted ? before : after;
}
