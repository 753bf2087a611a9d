import { DataSource, QueryFailedError } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';

/** Any fixed number: processes that start at the same time migrate one after the other. */
const MIGRATION_LOCK = 7_205_759_403;

/** PostgreSQL's code of a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** PostgreSQL does not let us in. The message is one line that says what to look at, without the password. */
export class DatabaseUnreachableError extends Error {
  constructor(url: string, cause: unknown) {
    const { hostname, port, pathname } = new URL(url);
    const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause);
    super(`DATABASE_URL: cannot use PostgreSQL at ${hostname}:${port || '5432'}${pathname}: ${reason}`, { cause });
    this.name = 'DatabaseUnreachableError';
  }
}

/**
 * Brings the database to this version of the code. Safe to call from every process at once.
 * @throws DatabaseUnreachableError
 */
export async function migrate(url: string): Promise<void> {
  const dataSource = await connect(url);
  try {
    const lock = dataSource.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await dataSource.runMigrations({ transaction: 'all' });
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

/** For a `main.ts`: where the database cannot be reached, or a table is not to be had, one line on stderr and exit code 1. */
export async function migrateOrExit(url: string): Promise<void> {
  try {
    await migrate(url);
  } catch (error) {
    if (!(error instanceof DatabaseUnreachableError) && !isLockedOut(error)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** Whether a migration gave up waiting for a table that others use. */
function isLockedOut(error: unknown): error is QueryFailedError {
  if (!(error instanceof QueryFailedError)) return false;
  const cause: unknown = error.driverError;
  return cause instanceof Error && 'code' in cause && cause.code === LOCK_NOT_AVAILABLE;
}

async function connect(url: string): Promise<DataSource> {
  try {
    return await new DataSource(dataSourceOptions(url, 'fraud-scoring migrate')).initialize();
  } catch (error) {
    throw new DatabaseUnreachableError(url, error);
  }
}

/** A refused connection to a name with several addresses has no message of its own. */
function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
