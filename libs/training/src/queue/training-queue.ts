import { InjectQueue } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bull';

export const TRAINING_QUEUE = 'training';

/** All that travels through Redis. */
export interface TrainingPayload {
  readonly id: number;
}

/** The queue, for those who hand jobs in and those who ask whether it is there. */
@Injectable()
export class TrainingQueue {
  private readonly logger = new Logger(TrainingQueue.name);
  private away = false;

  constructor(@InjectQueue(TRAINING_QUEUE) private readonly queue: Queue<TrainingPayload>) {
    // Without a listener an unreachable Redis would end the process; one line per outage is enough.
    this.queue.on('error', (error: Error) => {
      if (this.queue.client.status === 'ready') {
        this.logger.warn(`the queue: ${error.message || error.name}`);
        return;
      }
      if (!this.away) this.logger.warn(`the queue's Redis is away: ${error.message || error.name}`);
      this.away = true;
    });
    this.queue.client.on('ready', () => {
      this.away = false;
    });
  }

  /** Hands a job in. The same id handed in twice is one job, until it has run. */
  async add(id: number): Promise<void> {
    await this.queue.add({ id }, { jobId: id });
  }

  /** Whether Redis answers. May reject, or wait, when it has just gone. */
  async ping(): Promise<boolean> {
    if (this.queue.client.status !== 'ready') return false;
    await this.queue.client.ping();
    return true;
  }
}
