export const ROWS_PER_STATEMENT = 500;

/**
 * How many of the rows that wait go into the next statement: they are shared out evenly over as many free connections as
 * have enough to do. PostgreSQL works on them side by side, and nobody waits for the rows of many others.
 * @param free connections, the next statement's included
 * @param fewest rows of a statement, where it is one of several
 */
export function shareOut(waiting: number, { free, fewest }: { free: number; fewest: number }): number {
  const statements = Math.max(1, Math.min(free, Math.floor(waiting / fewest)));
  return Math.min(ROWS_PER_STATEMENT, Math.ceil(waiting / statements));
}
