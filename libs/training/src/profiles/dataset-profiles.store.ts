import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { notify } from '@app/database';
import { IsNull, Repository } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { DatasetProfileRow, type StoredProfile } from './dataset-profile.entity.js';

/** A worker that has not been heard of for so long is taken for dead. Its heart beats every second. */
const STALE_SECONDS = 10;

const WAITING = `(status = 'pending' OR (status = 'processing' AND heartbeat_at < now() - interval '${STALE_SECONDS} s'))`;

type Claim = Pick<DatasetProfileRow, 'id' | 'claimId'>;

/** The rows of profiles, by what is needed of them. */
@Injectable()
export class DatasetProfilesStore {
  constructor(@InjectRepository(DatasetProfileRow) private readonly rows: Repository<DatasetProfileRow>) {}

  /** The profile of a data set for a model, ordered from the workers where there is none. */
  async order(datasetId: string, modelId: number | null): Promise<DatasetProfileRow> {
    return this.rows.manager.transaction(async (manager) => {
      const { identifiers } = await manager
        .createQueryBuilder()
        .insert()
        .into(DatasetProfileRow)
        .values({ datasetId, modelId })
        .orIgnore()
        .returning('id')
        .execute();
      if (identifiers[0] ?? (modelId === null && (await this.forgetChoice(datasetId)))) {
        await notify(manager, 'dataset_profiles', datasetId);
      }
      return manager.findOneByOrFail(DatasetProfileRow, { datasetId, modelId: modelId ?? IsNull() });
    });
  }

  /** Takes the oldest waiting one on; null when none waits. Two workers never get the same. */
  async claimNext(): Promise<DatasetProfileRow | null> {
    const claimId = randomUUID();
    await this.rows.query(
      `UPDATE dataset_profiles
       SET status = 'processing', attempts = attempts + 1, claim_id = $1, heartbeat_at = now()
       WHERE id = (SELECT id FROM dataset_profiles WHERE ${WAITING} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)`,
      [claimId],
    );
    return this.rows.findOne({ where: { claimId }, relations: { dataset: true, model: true } });
  }

  /** Shows that the worker lives. False: it is no longer this worker's. */
  async beat(claim: Claim): Promise<boolean> {
    return this.update(claim, { heartbeatAt: () => 'now()' });
  }

  async finish(claim: Claim, profile: StoredProfile): Promise<boolean> {
    return this.update(claim, { status: 'ready', profile, finishedAt: () => 'now()' });
  }

  /** @param message what the one who asked can do about it */
  async fail(claim: Claim, errorCode: string, message: string): Promise<boolean> {
    return this.update(claim, { status: 'error', errorCode, error: message, finishedAt: () => 'now()' });
  }

  /** Gives one back unfinished, through no fault of its own: the attempt does not count. */
  async release(claim: Claim): Promise<boolean> {
    return this.update(claim, { status: 'pending', attempts: () => 'attempts - 1' });
  }

  /** No model fitted, but since then one was defined: true when it is looked at again. */
  private async forgetChoice(datasetId: string): Promise<boolean> {
    const { affected } = await this.rows
      .createQueryBuilder()
      .update()
      .set({ status: 'pending', attempts: 0, errorCode: null, error: null, finishedAt: null })
      .where(`dataset_id = :datasetId AND model_id IS NULL AND error_code = 'no_model_fits'`, { datasetId })
      .andWhere('EXISTS (SELECT FROM models WHERE models.created_at > finished_at)')
      .execute();
    return affected === 1;
  }

  private async update({ id, claimId }: Claim, values: QueryDeepPartialEntity<DatasetProfileRow>): Promise<boolean> {
    const { affected } = await this.rows
      .createQueryBuilder()
      .update()
      .set(values)
      .where({ id, claimId, status: 'processing' })
      .execute();
    return affected === 1;
  }
}
