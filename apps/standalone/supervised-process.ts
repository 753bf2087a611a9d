import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { failuresInARow, restartPause } from '@app/common';
import { StartError } from './start-error.js';
import { aborted } from './stop-wish.js';

export interface SupervisedProcessOptions {
  readonly name: string;
  readonly script: string;
  readonly environment: NodeJS.ProcessEnv;
  /** How long it may take to end, in milliseconds. */
  readonly patience: number;
  readonly say: (line: string) => void;
}

/**
 * A Node process of ours that is restarted when it ends without being asked to. It stands in a process group of its
 * own, so that Ctrl-C reaches it through us, in order; its IPC channel tells it when we are gone.
 */
export class SupervisedProcess {
  private child: ChildProcess | null = null;
  private readonly stopping = new AbortController();
  private failures = 0;
  private environment: NodeJS.ProcessEnv;

  constructor(private readonly options: SupervisedProcessOptions) {
    this.environment = options.environment;
  }

  /**
   * Settles with the process's first message: `{listening: url}` or `{ready: true}`.
   * @returns the port it listens on; null for one that serves nothing
   * @throws Error when it ends before, or the signal is aborted
   */
  async start(signal: AbortSignal): Promise<number | null> {
    const child = this.spawn();
    const ready = new Promise<number | null>((resolve, reject) => {
      child.once('message', (message) => {
        resolve(listeningPort(message));
      });
      child.once('exit', () => {
        reject(new StartError(`The ${this.options.name} did not start; its messages stand above.`));
      });
      void aborted(signal).then(() => {
        reject(new StartError('stopped'));
      });
    });
    const port = await ready;
    // After a restart clients find it where it was, also when the port was any free one.
    if (port !== null) this.environment = { ...this.environment, PORT: String(port) };
    child.once('exit', (code, how) => void this.restart(how ?? code));
    return port;
  }

  /** Asks it to end, waits, and ends it by force when its time is over or `hurry` is aborted. */
  async stop(hurry: AbortSignal): Promise<void> {
    this.stopping.abort();
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const patience = new AbortController();
    const late = delay(this.options.patience, null, { signal: patience.signal }).catch(() => null);
    await Promise.race([gone, late, aborted(hurry)]);
    patience.abort();
    child.kill('SIGKILL');
    await gone;
  }

  private spawn(): ChildProcess {
    const child = fork(this.options.script, {
      env: this.environment,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    const begun = performance.now();
    child.once('exit', () => {
      this.failures = failuresInARow(this.failures, performance.now() - begun);
    });
    return child;
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async restart(how: string | number | null): Promise<void> {
    if (this.isStopping()) return;
    const pause = restartPause(this.failures);
    this.options.say(
      `The ${this.options.name} has ended unexpectedly (${how ?? 'unknown'}); restarting in ${pause / 1000} s.`,
    );
    await delay(pause, null, { signal: this.stopping.signal }).catch(() => null);
    if (this.isStopping()) return;
    this.spawn().once('exit', (code, signal) => void this.restart(signal ?? code));
  }
}

function listeningPort(message: unknown): number | null {
  if (typeof message !== 'object' || message === null || !('listening' in message)) return null;
  return typeof message.listening === 'string' ? Number(new URL(message.listening).port) : null;
}
