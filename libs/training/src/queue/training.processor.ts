import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { TrainingRunner } from '../runner/training-runner.js';
import { TRAINING_QUEUE, type TrainingPayload } from './training-queue.js';

@Processor(TRAINING_QUEUE)
export class TrainingProcessor {
  constructor(private readonly runner: TrainingRunner) {}

  /** One at a time: a training uses all threads it may. */
  @Process({ concurrency: 1 })
  async handle(job: Job<TrainingPayload>): Promise<void> {
    await this.runner.run(job.data.id);
  }
}
