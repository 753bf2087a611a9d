import type { OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '@app/metrics';
import { isMessage, type Message } from './messages.js';

/** The figures of one of several API processes: it tells its primary its own, and shows what all have together. */
export class WorkerMetrics extends Metrics implements OnApplicationShutdown {
  private readonly waiting = new Map<number, (text: string) => void>();
  private asked = 0;

  constructor() {
    super();
    process.on('message', (message: unknown) => {
      if (isMessage(message, 'collect')) void this.answer(message);
      if (isMessage(message, 'scraped')) this.heed(message);
    });
  }

  /** The primary is there for as long as this process, and answers in time. */
  override text(): Promise<string> {
    const id = this.asked++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      tell({ kind: 'scrape', id });
    });
  }

  /** What was counted since it was last asked must not be lost with the process. */
  async onApplicationShutdown(): Promise<void> {
    tell({ kind: 'counted', figures: await this.counted() });
  }

  private heed({ id, text }: Message<'scraped'>): void {
    this.waiting.get(id)?.(text);
    this.waiting.delete(id);
  }

  private async answer({ id, process: name }: Message<'collect'>): Promise<void> {
    tell({ kind: 'collected', id, figures: await this.figures(name) });
  }
}

function tell(message: Message<'scrape'> | Message<'collected'> | Message<'counted'>): void {
  process.send?.(message);
}
