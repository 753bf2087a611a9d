import { Injectable } from '@nestjs/common';
import { Metrics } from '@app/metrics';
import { TrainingJobsStore, type UnfinishedJobs } from './training-jobs.store.js';

/** How many jobs wait or run, and since when. All processes tell the same: the table is the queue. */
@Injectable()
export class TrainingJobMetrics {
  private asked: Promise<UnfinishedJobs[]> | undefined;

  constructor(
    metrics: Metrics,
    private readonly jobs: TrainingJobsStore,
  ) {
    metrics.gauge(
      'fraud_training_jobs',
      'Training jobs that are not finished, by status.',
      ['status'],
      async () => (await this.unfinished()).map(({ status, count }) => ({ labels: { status }, value: count })),
      'max',
    );
    metrics.gauge(
      'fraud_training_oldest_job_age_seconds',
      'How long a training job has waited (pending) or run (processing) at most; 0: there is none.',
      ['status'],
      async () => (await this.unfinished()).map(({ status, age }) => ({ labels: { status }, value: age })),
      'max',
    );
  }

  /** Both are read at once, so that one question answers both. */
  private unfinished(): Promise<UnfinishedJobs[]> {
    this.asked ??= this.jobs.unfinished().finally(() => {
      this.asked = undefined;
    });
    return this.asked;
  }
}
