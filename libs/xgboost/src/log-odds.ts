/** Nearer to 0 or 1 than this a forest's share is no probability any more: log-odds of ±13.8. */
const LEAST = 1e-6;

/** ln(p / (1 − p)) */
export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function kept(share: number): number {
  return Math.min(1 - LEAST, Math.max(LEAST, share));
}

/**
 * A forest's contributions add up to a probability; this makes them add up to its log-odds: the last of a row (the
 * mean) becomes its own log-odds, the others are stretched alike, so that signs and proportions stay. In place.
 */
export function toLogOdds(contributions: Float32Array, perRow: number): Float32Array {
  for (let start = 0; start < contributions.length; start += perRow) {
    const row = contributions.subarray(start, start + perRow);
    const bias = row[perRow - 1] ?? 0;
    let change = 0;
    for (let index = 0; index < perRow - 1; index += 1) change += row[index] ?? 0;
    const origin = logit(kept(bias));
    const stretch =
      Math.abs(change) < 1e-9 ? 1 / (kept(bias) * (1 - kept(bias))) : (logit(kept(bias + change)) - origin) / change;
    for (let index = 0; index < perRow - 1; index += 1) row[index] = (row[index] ?? 0) * stretch;
    row[perRow - 1] = origin;
  }
  return contributions;
}
