export const ROWS_PER_STATEMENT = 500;

/** Smaller statements are avoided: each costs PostgreSQL, and this process, as much as some rows do. */
export const FEWEST_ROWS = 8;

/**
 * How many of the rows that wait go into the next statement: they are shared out evenly over as many free connections as
 * have enough to do. PostgreSQL works on them side by side, and nobody waits for the rows of many others.
 * @param free connections, the next statement's included
 */
export function shareOut(waiting: number, free: number): number {
  const statements = Math.max(1, Math.min(free, Math.floor(waiting / FEWEST_ROWS)));
  return Math.min(ROWS_PER_STATEMENT, Math.ceil(waiting / statements));
}
