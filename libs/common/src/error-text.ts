/** What an error says, in one line. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * An error for the log: its stack, and nothing of what else hangs on it. A query's error carries the query's parameters,
 * and those may be a transaction.
 */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
