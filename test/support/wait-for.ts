import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Asks until the answer is truthy. An error counts as "not yet".
 * @param timeout in milliseconds
 * @returns the truthy answer
 * @throws Error with the last answer or error when the time is over
 */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  { timeout = 30_000, what = 'the condition' }: { timeout?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + timeout;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`waited ${timeout} ms for ${what}; the last answer: ${shown(last)}`);
    await delay(POLL_MS);
  }
}

function shown(value: unknown): string {
  return value !== null && typeof value === 'object' && 'message' in value
    ? String(value.message)
    : JSON.stringify(value);
}
