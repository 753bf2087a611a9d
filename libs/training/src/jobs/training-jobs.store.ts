import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { notify } from '@app/database';
import { type EntityManager, Repository } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { TrainingErrorCode } from '../runner/training-error-codes.js';
import { TrainingJob, type TrainingStage } from './training-job.entity.js';

/** A worker that has not been heard of for so long is taken for dead. Its heart beats every second. */
const STALE_SECONDS = 10;

/** A job that has brought down so many workers is not given to another. */
export const MAX_ATTEMPTS = 3;

export type NewTrainingJob = Pick<
  TrainingJob,
  'modelId' | 'datasetId' | 'datasetUrl' | 'algorithm' | 'params' | 'seed' | 'options' | 'requestedBy'
>;

/** A job as one worker holds it. When another has taken it on since, the claim's id no longer fits and nothing is written. */
export type Claim = Pick<TrainingJob, 'id' | 'claimId'>;

export interface UnfinishedJobs {
  readonly status: 'pending' | 'processing';
  readonly count: number;
  readonly age: number;
}

const WAITING = `(status = 'pending' OR (status = 'processing' AND heartbeat_at < now() - interval '${STALE_SECONDS} s'))`;

/** The rows of training jobs, by what is needed of them. */
@Injectable()
export class TrainingJobsStore {
  constructor(@InjectRepository(TrainingJob) private readonly jobs: Repository<TrainingJob>) {}

  /** Stores a request and tells the workers. */
  async create(job: NewTrainingJob): Promise<TrainingJob> {
    return this.jobs.manager.transaction(async (manager) => {
      const { identifiers } = await manager.insert(TrainingJob, job);
      const stored = await manager.findOneByOrFail(TrainingJob, { id: Number(identifiers[0]?.['id']) });
      await notify(manager, 'training_jobs', String(stored.id));
      return stored;
    });
  }

  async find(id: number): Promise<TrainingJob | null> {
    return this.jobs.findOne({ where: { id }, relations: { model: true } });
  }

  /** Jobs that no living worker holds, oldest first. */
  async waiting(): Promise<number[]> {
    const rows = await this.jobs
      .createQueryBuilder()
      .select('id')
      .where(WAITING)
      .orderBy('id')
      .getRawMany<{ id: number }>();
    return rows.map(({ id }) => id);
  }

  /** How many jobs wait and run, and for how many seconds the first of each has done so; 0 where there is none. */
  async unfinished(): Promise<UnfinishedJobs[]> {
    // The condition is that of the index training_jobs_unfinished: finished ones pile up over the years.
    return this.jobs.query(`
      SELECT status, count(since)::integer AS count,
             coalesce(extract(epoch FROM now() - min(since)), 0)::double precision AS age
      FROM unnest(ARRAY['pending', 'processing']) AS status LEFT JOIN (
        SELECT status, CASE status WHEN 'processing' THEN coalesce(started_at, created_at) ELSE created_at END AS since
        FROM training_jobs WHERE status IN ('pending', 'processing')
      ) AS unfinished USING (status)
      GROUP BY status ORDER BY status`);
  }

  /** Takes a job on; null when it is finished, or a living worker holds it. */
  async claim(id: number): Promise<TrainingJob | null> {
    const { affected } = await this.jobs
      .createQueryBuilder()
      .update()
      .set({
        status: 'processing',
        stage: 'fetching',
        progress: 0,
        attempts: () => 'attempts + 1',
        claimId: randomUUID(),
        startedAt: () => 'coalesce(started_at, now())',
        heartbeatAt: () => 'now()',
      })
      .where('id = :id', { id })
      .andWhere(WAITING)
      .execute();
    return affected === 1 ? this.find(id) : null;
  }

  /** Shows how far a job is, and that its worker lives. False: the job is no longer this worker's. */
  async beat(claim: Claim, stage: TrainingStage, progress: number): Promise<boolean> {
    return this.update(claim, { stage, progress, heartbeatAt: () => 'now()' });
  }

  /** @param message what the one who asked can do about it */
  async fail(claim: Claim, errorCode: TrainingErrorCode, message: string): Promise<boolean> {
    return this.update(claim, { status: 'error', errorCode, error: message, finishedAt: () => 'now()' });
  }

  /** Gives a job back unfinished, through no fault of its own: the attempt does not count. */
  async release(claim: Claim): Promise<boolean> {
    return this.update(claim, { status: 'pending', stage: 'queued', progress: 0, attempts: () => 'attempts - 1' });
  }

  /**
   * Ends a job well, within the transaction that stores its version.
   * @throws JobLost when another worker has taken it on since: the transaction must not commit
   */
  async finish(manager: EntityManager, claim: Claim, datasetId: string): Promise<void> {
    const finished = await this.update(
      claim,
      { status: 'processed', stage: 'done', progress: 1, datasetId, finishedAt: () => 'now()' },
      manager,
    );
    if (!finished) throw new JobLost(claim.id);
  }

  private async update(
    { id, claimId }: Claim,
    values: QueryDeepPartialEntity<TrainingJob>,
    manager = this.jobs.manager,
  ): Promise<boolean> {
    const { affected } = await manager
      .createQueryBuilder()
      .update(TrainingJob)
      .set(values)
      .where({ id, claimId, status: 'processing' })
      .execute();
    return affected === 1;
  }
}

/** Another worker has taken the job on: this one's work is not wanted any more. */
export class JobLost extends Error {
  constructor(id: number) {
    super(`training ${id} is held by another worker`);
    this.name = 'JobLost';
  }
}
