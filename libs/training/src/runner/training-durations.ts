import { Injectable } from '@nestjs/common';
import { Metrics, type Span, Tracing } from '@app/metrics';
import type { TrainingJob } from '../jobs/training-job.entity.js';

/** `interrupted`: it runs again, here or elsewhere. */
export type TrainingOutcome = 'processed' | 'error' | 'interrupted';

const SECONDS = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

/** How long trainings take, as a whole and by stage, and how they end. */
@Injectable()
export class TrainingDurations {
  private readonly wholes = this.metrics.histogram(
    'fraud_training_duration_seconds',
    'Trainings, from their beginning in this worker to their end, by outcome.',
    ['model', 'outcome'],
    SECONDS,
  );
  private readonly stages = this.metrics.histogram(
    'fraud_training_stage_duration_seconds',
    'Stages of trainings that were processed.',
    ['model', 'stage'],
    SECONDS,
  );

  constructor(
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
  ) {}

  begin(): Span {
    return this.tracing.begin(undefined, 'consumer');
  }

  /** @param elapsed seconds by stage */
  end(span: Span, { id, model: row }: TrainingJob, outcome: TrainingOutcome, elapsed: Record<string, number>): void {
    const model = row?.name ?? '';
    const stages = Object.entries(elapsed);
    const whole = stages.reduce((total, [, seconds]) => total + seconds, 0);
    this.wholes.series({ model, outcome }).observe(whole);
    if (outcome === 'processed') {
      for (const [stage, seconds] of stages) this.stages.series({ model, stage }).observe(seconds);
    }
    const byStage = Object.fromEntries(stages.map(([stage, seconds]) => [`fraud.training.${stage}.seconds`, seconds]));
    const attributes = { 'fraud.model': model, 'fraud.training.id': id, 'fraud.training.outcome': outcome, ...byStage };
    span.end('training', attributes, outcome === 'error');
  }
}
