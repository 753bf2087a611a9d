/** The wish to stop: SIGINT, SIGTERM, SIGHUP, or the end of the process that started us. A second one hurries. */
export class StopWish {
  private readonly stopping = new AbortController();
  private readonly hurrying = new AbortController();
  private failure: Error | null = null;

  constructor() {
    for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])
      process.on(event, () => {
        this.wish();
      });
  }

  /** Aborted with the first wish. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Aborted with the second wish. */
  get hurry(): AbortSignal {
    return this.hurrying.signal;
  }

  /** Stops because something that must run does not. */
  fail(error: Error): void {
    if (!this.signal.aborted) this.failure = error;
    this.stopping.abort();
  }

  /** Settles with the first wish. @throws the error given to `fail` */
  async requested(): Promise<void> {
    await aborted(this.signal);
    if (this.failure) throw this.failure;
  }

  private wish(): void {
    if (this.signal.aborted) this.hurrying.abort();
    this.stopping.abort();
  }
}

/** Settles when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else {
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    }
  });
}
