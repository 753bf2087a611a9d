import { setTimeout as pause } from 'node:timers/promises';

/**
 * Error codes of Node's sockets, and PostgreSQL's: 08 (connection), 53300 (out of connections), 57P (starting or shutting
 * down), 25006 (a replica that is not the primary yet).
 */
const OUTAGE =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|08(?!P01)\w{3}|53300|57P\d\d|25006)$/;
const OUTAGE_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|timeout expired)/;
/** A full disk or memory, a message that is too large: what was asked may itself be the cause. */
const OVERSTRAINED = /^(08P01|53\w{3})$/;

/** Whether an error says that PostgreSQL is out of reach, whatever was asked of it. */
export function isOutage(error: unknown): boolean {
  return isOf(error, (each) => hasCode(each, OUTAGE) || OUTAGE_MESSAGES.test(each.message));
}

/** Whether an error says that PostgreSQL cannot answer now, and not that a statement was wrong. */
export function isDatabaseAway(error: unknown): boolean {
  return isOutage(error) || isOf(error, (each) => hasCode(each, OVERSTRAINED));
}

function isOf(error: unknown, kind: (error: Error) => boolean): boolean {
  if (!(error instanceof Error)) return false;
  if (kind(error)) return true;
  if (error instanceof AggregateError) return error.errors.some((each) => isOf(each, kind));
  return 'driverError' in error && isOf(error.driverError, kind);
}

function hasCode(error: Error, codes: RegExp): boolean {
  return 'code' in error && typeof error.code === 'string' && codes.test(error.code);
}

const RETRY_MILLISECONDS = 500;

/**
 * Tries until PostgreSQL is within reach; gives up once the signal is aborted.
 * @throws whatever else fails
 */
export async function onceDatabaseIsBack(action: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await action();
      return;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
    await pause(RETRY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
}
