/** Asks again and again, one question at a time: the next comes so long after the last one's answer, or its failure. */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly milliseconds: number,
  ) {}

  /** Begins; where it was stopped before, it does not. */
  start(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      const next = (): void => {
        this.start();
      };
      this.ask().then(next, next);
    }, this.milliseconds);
  }

  /** For good, also for a question that is under way. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
