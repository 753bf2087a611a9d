import type { Worker } from 'node:cluster';
import { isMessage } from './messages.js';

/**
 * Lets processes that end together say goodbye to their connections only once all have closed the port. Whoever is told
 * goodbye connects anew, and would reach one that is just closing it, where connections are lost.
 */
export class ClosingTogether {
  private readonly closed = new Set<Worker>();

  /**
   * @param serving the processes that answer requests
   * @param allEnd whether all are told to end; otherwise those who are told goodbye find another
   */
  constructor(
    private readonly serving: () => readonly Worker[],
    private readonly allEnd: () => boolean,
  ) {}

  listenTo(worker: Worker): void {
    worker.on('message', (message: unknown) => {
      if (!isMessage(message, 'closed')) return;
      this.closed.add(worker);
      this.look();
    });
    worker.once('exit', () => {
      this.closed.delete(worker);
      this.look();
    });
  }

  private look(): void {
    const open = this.serving().some((worker) => worker.isConnected() && !this.closed.has(worker));
    if (open && this.allEnd()) return;
    for (const worker of this.closed) if (worker.isConnected()) worker.send({ kind: 'goodbye' });
    this.closed.clear();
  }
}
