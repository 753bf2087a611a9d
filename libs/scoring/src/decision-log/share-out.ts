export const ROWS_PER_STATEMENT = 500;

/** What waits is not cut into smaller statements: each costs PostgreSQL, and this process, as much as some rows do. */
const FEWEST_ROWS = 4;

/**
 * How many of the rows that wait go into the next statement: they are shared out evenly over the connections that are free.
 * PostgreSQL works on them side by side, and nobody waits for the rows of many others.
 * @param free connections, the next statement's included
 */
export function shareOut(waiting: number, free: number): number {
  return Math.min(ROWS_PER_STATEMENT, Math.max(FEWEST_ROWS, Math.ceil(waiting / free)));
}
