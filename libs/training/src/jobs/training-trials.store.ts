import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Trial } from '../search/run-search.js';
import { TrainingTrial } from './training-trial.entity.js';

/** What searches tried, visible while they go on. */
@Injectable()
export class TrainingTrialsStore {
  constructor(@InjectRepository(TrainingTrial) private readonly trials: Repository<TrainingTrial>) {}

  /** In the order they were tried. */
  async of(trainingJobId: number): Promise<TrainingTrial[]> {
    return this.trials.find({ where: { trainingJobId }, order: { number: 'ASC' } });
  }

  /** A job that runs again tries the same again: the row of the run before is written over. */
  async record(trainingJobId: number, trial: Trial): Promise<void> {
    await this.trials.upsert({ ...trial, trainingJobId }, ['trainingJobId', 'number']);
  }
}
