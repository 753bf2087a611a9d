import { setImmediate } from 'node:timers/promises';

/**
 * Lets the event loop turn: a worker that is silent for ten seconds loses its job.
 * @throws the signal's reason
 */
export async function nextTurn(signal?: AbortSignal): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}
