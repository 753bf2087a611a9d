import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const dist = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

/** One process of the built application. */
export class NodeProcess {
  private output = '';

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.output += String(text)));
  }

  /** Starts a script of the build and waits for its first message. @throws Error with its output when it ends before */
  static async start(
    script: string,
    environment: NodeJS.ProcessEnv,
  ): Promise<{ process: NodeProcess; message: unknown }> {
    const child = fork(dist(script), {
      env: environment,
      execArgv: [],
      cwd: environment.DATA_DIR,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const started = new NodeProcess(script, child);
    const message = await new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('close', () => {
        reject(new Error(`${script} ended before it was ready:\n${started.output}`));
      });
    });
    return { process: started, message };
  }

  /** What it has written so far, stdout and stderr together. */
  get log(): string {
    return this.output;
  }

  /** Of the process while it runs. */
  get pid(): number | null {
    return this.running ? (this.child.pid ?? null) : null;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Null while it runs, and where a signal has ended it. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }
}
