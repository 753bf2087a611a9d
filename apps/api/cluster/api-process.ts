import type { Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { failuresInARow, restartPause } from '@app/common';

/** How a process has ended. */
interface Ending {
  readonly code: number;
  readonly signal: string | null;
}

/** What a process ends with that has come to the end of its work: Nest repeats the signal. */
const ASKED: readonly (string | null)[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** One of the API processes behind the port, and whatever process takes its place. */
export class ApiProcess {
  private readonly logger = new Logger('Processes');
  private readonly stopping = new AbortController();
  private worker: Worker | null = null;
  private listens = false;
  private gone: Promise<Ending> = Promise.resolve({ code: 0, signal: null });
  private failures = 0;

  /** @param number from 1 */
  constructor(
    readonly number: number,
    private readonly fork: () => Worker,
  ) {}

  /** The process while it runs. */
  get running(): Worker | null {
    return this.worker;
  }

  /** The process while it runs and answers requests. */
  get serving(): Worker | null {
    return this.listens ? this.worker : null;
  }

  /**
   * Starts it, and from then on replaces it whenever it ends: at once the first time, then after growing pauses.
   * @returns where it listens
   * @throws Error when it ends before it listens, for a reason that it has said by itself
   */
  async start(): Promise<string> {
    const address = await this.launch();
    void this.keep();
    return address;
  }

  /** Tells it to end. @returns whether it did so by itself and gave up nothing */
  async end(): Promise<boolean> {
    this.stopping.abort();
    this.tell('end');
    const { code, signal } = await this.gone;
    return code === 0 || ASKED.includes(signal);
  }

  /** Cuts the step of its end short that it is in. */
  hurry(): void {
    this.tell('hurry');
  }

  private tell(kind: 'end' | 'hurry'): void {
    if (this.worker?.isConnected()) this.worker.send({ kind });
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private launch(): Promise<string> {
    const worker = this.fork();
    const begun = performance.now();
    this.worker = worker;
    // What cannot be sent to a process that dies is nothing to die of.
    worker.on('error', (error) => {
      this.logger.debug(`API process ${this.number}: ${error.message}`);
    });
    this.gone = new Promise((resolve) => {
      worker.once('exit', (code, signal) => {
        this.worker = null;
        this.listens = false;
        this.failures = failuresInARow(this.failures, performance.now() - begun);
        resolve({ code, signal });
      });
    });
    return new Promise((resolve, reject) => {
      worker.on('message', (message: unknown) => {
        const address = addressIn(message);
        if (address === null) return;
        this.listens = true;
        resolve(address);
      });
      void this.gone.then(() => {
        reject(new Error(`API process ${this.number} did not start`));
      });
    });
  }

  private async keep(): Promise<void> {
    for (;;) {
      const pid = this.worker?.process.pid;
      const how = await this.gone;
      if (this.isStopping()) return;
      const pause = this.failures === 1 ? 0 : restartPause(this.failures - 1);
      this.logger.warn(
        `API process ${this.number} (pid ${pid}) has ended (${how.signal ?? how.code}); another takes its place in ${pause / 1000} s`,
      );
      await delay(pause, null, { signal: this.stopping.signal }).catch(() => null);
      if (this.isStopping()) return;
      // One that does not come up ends, and is replaced like any other.
      this.launch().catch(() => null);
    }
  }
}

function addressIn(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || !('listening' in message)) return null;
  return String(message.listening);
}
