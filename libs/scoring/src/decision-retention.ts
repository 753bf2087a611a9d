import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource, QueryFailedError } from 'typeorm';

/** Each try may hold scoring up for as long as it waits for its lock, a tenth of a second. */
const TRIES = 5;
const PAUSE_MILLISECONDS = 1_000;
const ROWS_PER_DELETE = 5_000;

/** PostgreSQL's code for a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** By the database's clock: that of a host may be off by months, and what is dropped is gone. */
const KEPT_FROM = 'now() - make_interval(days => $1::integer)';

/** By blocks, so that none is a long transaction. */
const DELETE_BLOCK = `
  DELETE FROM decisions_default WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM decisions_default WHERE id < uuid_from_time(${KEPT_FROM}) LIMIT ${ROWS_PER_DELETE}))`;

export interface Retention {
  readonly days: number;
  /** Is told what was dropped, a line each. */
  readonly say: (what: string) => void;
  /** Ends it between two statements. */
  readonly signal: AbortSignal;
}

/**
 * Drops the partitions of which no decision is younger than so many days, one by one, and such rows of the default
 * partition. Safe to call from every process at once: one drops at a time, and nothing twice.
 * @throws Error when a lock was not to be had in a few tries, or when the signal says so
 */
export async function dropOldDecisions(dataSource: DataSource, { days, say, signal }: Retention): Promise<void> {
  for (;;) {
    const partition = await dropOldest(dataSource, days, signal);
    if (partition === null) break;
    say(`dropped ${partition}`);
  }
  let deleted = 0;
  for (let block = ROWS_PER_DELETE; block === ROWS_PER_DELETE; deleted += block) {
    signal.throwIfAborted();
    [, block] = await dataSource.query<[unknown, number]>(DELETE_BLOCK, [days]);
  }
  if (deleted > 0) say(`deleted ${deleted} rows of decisions_default`);
}

/** @returns its name; null where none is left, or where another process drops it */
async function dropOldest(dataSource: DataSource, days: number, signal: AbortSignal): Promise<string | null> {
  for (let tried = 1; ; tried++) {
    signal.throwIfAborted();
    try {
      const [row] = await dataSource.query<[{ partition: string | null }]>(
        `SELECT drop_oldest_decision_partition(${KEPT_FROM}) AS partition`,
        [days],
      );
      return row.partition;
    } catch (error) {
      if (tried === TRIES || !isLockTimeout(error)) throw error;
      await delay(PAUSE_MILLISECONDS, undefined, { signal, ref: false });
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as { readonly code?: unknown };
  return code === LOCK_NOT_AVAILABLE;
}
