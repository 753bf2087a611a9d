import { NativeThread } from './native-thread.js';

/** A share in the thread, to be given back once. */
export interface ThreadShare {
  readonly thread: NativeThread;
  release(): Promise<void>;
}

/**
 * One thread for all who want one at the same time. It ends with the last of them, and OpenMP's threads with it: while
 * those are around, even idle, libgomp takes the machine for crowded and makes a training's threads sleep sooner.
 */
export class SharedThread {
  private current: { readonly started: Promise<NativeThread>; users: number } | null = null;

  constructor(private readonly libraryPath: string) {}

  async acquire(): Promise<ThreadShare> {
    const held = (this.current ??= { started: NativeThread.start(this.libraryPath), users: 0 });
    held.users += 1;
    const release = async (): Promise<void> => {
      held.users -= 1;
      if (held.users > 0) return;
      if (this.current === held) this.current = null;
      await held.started.then((thread) => thread.close()).catch(() => undefined);
    };
    try {
      return { thread: await held.started, release };
    } catch (error) {
      await release();
      throw error;
    }
  }
}
