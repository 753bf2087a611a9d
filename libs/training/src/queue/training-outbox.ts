import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { errorMessage } from '@app/common';
import { Notifications } from '@app/database';
import { TrainingJobsStore } from '../jobs/training-jobs.store.js';
import { TrainingQueue } from './training-queue.js';

const SWEEP_MILLISECONDS = 2_000;

/**
 * Hands every waiting job to the queue: at once when one is stored, and again every other second, so that a job also
 * runs whose notification was missed, whose worker died, or that came while Redis was away.
 */
@Injectable()
export class TrainingOutbox implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(TrainingOutbox.name);
  private timer: NodeJS.Timeout | undefined;
  private sweeping = false;
  private trouble: string | null = null;

  constructor(
    private readonly jobs: TrainingJobsStore,
    private readonly queue: TrainingQueue,
    private readonly notifications: Notifications,
  ) {}

  onApplicationBootstrap(): void {
    this.notifications.on('training_jobs', () => void this.sweep());
    this.timer = setInterval(() => void this.sweep(), SWEEP_MILLISECONDS);
    void this.sweep();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** While Redis is away, handing in waits for it: one sweep at a time. */
  private async sweep(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      for (const id of await this.jobs.waiting()) await this.queue.add(id);
      this.trouble = null;
    } catch (error) {
      const trouble = errorMessage(error);
      if (trouble !== this.trouble) this.logger.warn(`cannot hand in training jobs: ${trouble}`);
      this.trouble = trouble;
    } finally {
      this.sweeping = false;
    }
  }
}
