const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 30_000;
/** A process that ran this long has recovered; its next failure begins with a short pause again. */
const HEALTHY_MILLISECONDS = 60_000;

/**
 * How often in a row a process has ended unexpectedly, this time included.
 * @param before the number after the time before; 0 at first
 * @param ranMilliseconds how long it ran this time
 */
export function failuresInARow(before: number, ranMilliseconds: number): number {
  return ranMilliseconds > HEALTHY_MILLISECONDS ? 1 : before + 1;
}

/** The pause before the n-th restart in a row, in milliseconds: doubling, up to half a minute. */
export function restartPause(failures: number): number {
  return Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** (failures - 1));
}
