import { Injectable } from '@nestjs/common';
import { Metrics } from '@app/metrics';
import { TrainingJobsStore } from './training-jobs.store.js';

/** How many jobs wait or run, and since when. All processes tell the same: the table is the queue. */
@Injectable()
export class TrainingJobMetrics {
  constructor(metrics: Metrics, jobs: TrainingJobsStore) {
    metrics.gauge('fraud_training_jobs', 'Training jobs that are not finished, by status.', ['status'], async () =>
      (await jobs.unfinished()).map(({ status, count }) => ({ labels: { status }, value: count })),
    );
    metrics.gauge(
      'fraud_training_oldest_job_age_seconds',
      'How long the oldest unfinished training job has been there, by status; 0: there is none.',
      ['status'],
      async () => (await jobs.unfinished()).map(({ status, age }) => ({ labels: { status }, value: age })),
    );
  }
}
