/** What this process knows of a key's window. Times are those of `performance.now()`. */
export interface Window {
  hits: number;
  endsAt: number;
  /** Whether `hits` comes from Redis, and so counts all processes. */
  shared: boolean;
}

/** The windows of keys that are in use: those that are over are thrown away, once per length of a window. */
export class Windows {
  private readonly windows = new Map<string, Window>();
  private nextSweep = 0;

  constructor(private readonly milliseconds: number) {}

  get size(): number {
    return this.windows.size;
  }

  /** The window that runs now; undefined where none does. */
  find(key: string, now: number): Window | undefined {
    const window = this.windows.get(key);
    return window && window.endsAt > now ? window : undefined;
  }

  /** The window that runs now, or a new one that nothing was counted in. */
  open(key: string, now: number): Window {
    const running = this.find(key, now);
    if (running) return running;
    if (now >= this.nextSweep) this.sweep(now);
    const fresh = { hits: 0, endsAt: now + this.milliseconds, shared: false };
    this.windows.set(key, fresh);
    return fresh;
  }

  set(key: string, window: Window): void {
    this.windows.set(key, window);
  }

  private sweep(now: number): void {
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
    this.nextSweep = now + this.milliseconds;
  }
}
