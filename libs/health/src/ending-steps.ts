/** Connections that nobody uses any more are not waited for longer than this, however long the drain. */
const LONGEST_GOODBYE_MILLISECONDS = 10_000;

/**
 * What the end of an API process does with its time, in milliseconds. Of what the drain leaves, saying goodbye takes
 * half at most, requests have three quarters, and the last quarter is the decision log's and the database's.
 * @param drain how long all goes on; less than `shutdown`
 * @param shutdown how long all of the end may take
 * @returns `goodbye`: how long connections are waited for once the port is closed. `cutOff`: when the requests that
 * are still under way are given up, from the beginning of the end
 */
export function endingSteps(drain: number, shutdown: number): { readonly goodbye: number; readonly cutOff: number } {
  const rest = shutdown - drain;
  return { goodbye: Math.min(drain, LONGEST_GOODBYE_MILLISECONDS, rest / 2), cutOff: drain + 0.75 * rest };
}
