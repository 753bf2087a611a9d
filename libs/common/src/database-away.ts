import { setTimeout as pause } from 'node:timers/promises';

/**
 * Error codes of Node's sockets, and PostgreSQL's: 08 (connection), 53 (out of connections, memory or disk), 57P (starting
 * or shutting down), 25006 (a replica that is not the primary yet).
 */
const AWAY =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|08\w{3}|53\w{3}|57P\d\d|25006)$/;
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|timeout expired)/;

/** Whether an error says that PostgreSQL is out of reach, and not that a statement was wrong. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && AWAY.test(error.code)) return true;
  if (AWAY_MESSAGES.test(error.message)) return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  return 'driverError' in error && isDatabaseAway(error.driverError);
}

const RETRY_MILLISECONDS = 500;

/**
 * Tries until PostgreSQL is within reach.
 * @throws whatever else fails, and AbortError once the signal is aborted
 */
export async function onceDatabaseIsBack<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
    await pause(RETRY_MILLISECONDS, undefined, { signal });
  }
}
