import cluster from 'node:cluster';
import { EventEmitter, once } from 'node:events';

const told = new EventEmitter();

/** Cuts the step short in which the end of this process is. For one of several API processes: its primary says so. */
export function hurry(): void {
  told.emit('hurry');
}

/**
 * Settles when the end is to be hurried: in a process of its own with the next signal. To one of several API
 * processes a signal may come twice without anybody's wish, from its primary and as a member of the process group.
 * @throws AbortError once `stop` is aborted
 */
export async function hurried(stop: AbortSignal): Promise<void> {
  const signal = { signal: stop };
  await (cluster.isWorker
    ? once(told, 'hurry', signal)
    : Promise.race([once(process, 'SIGTERM', signal), once(process, 'SIGINT', signal)]));
}
