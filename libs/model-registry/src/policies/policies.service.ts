import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Problem } from '@app/common';
import { notify } from '@app/database';
import { checkPolicy, type DecisionPolicy } from '@app/features';
import { Repository } from 'typeorm';
import { Model } from '../model.entity.js';
import { ModelVersion } from '../model-version.entity.js';
import { ModelsService } from '../models.service.js';
import { policyNeedsTraining } from '../problems.js';
import { unmetBy } from './cut-offs.js';
import { PolicyVersion } from './decision-policy.entity.js';

/** The policies of the models: the newest of each is in force. */
@Injectable()
export class PoliciesService {
  constructor(
    @InjectRepository(PolicyVersion) private readonly policies: Repository<PolicyVersion>,
    private readonly models: ModelsService,
  ) {}

  /** Newest first. @throws Problem 404 */
  async list(modelName: string): Promise<PolicyVersion[]> {
    const { id } = await this.models.get(modelName);
    return this.policies.find({ where: { modelId: id }, order: { version: 'DESC' } });
  }

  /** The policy that a model decides by. */
  async inForce(modelId: number): Promise<PolicyVersion> {
    return this.policies.findOneOrFail({ where: { modelId }, order: { version: 'DESC' } });
  }

  /** By the model's id, the policy it decides by. */
  async allInForce(): Promise<ReadonlyMap<number, PolicyVersion>> {
    const policies = await this.policies
      .createQueryBuilder('policy')
      .distinctOn(['policy.model_id'])
      .orderBy('policy.model_id')
      .addOrderBy('policy.version', 'DESC')
      .getMany();
    return new Map(policies.map((policy) => [policy.modelId, policy]));
  }

  /**
   * Puts a policy in force. Every process hears of it and decides by it a moment later; with no champion, from the first
   * version on.
   * @param createdBy who stands in its row
   * @throws Problem 404, 409 when the champion lacks what it needs, 422 when it does not fit the model
   */
  async create(modelName: string, policy: DecisionPolicy, reason: string, createdBy: string): Promise<PolicyVersion> {
    const { id, definition } = await this.models.get(modelName);
    return this.policies.manager.transaction(async (manager) => {
      // As a promotion does: policies and champions of one model change one after the other.
      await manager.findOneOrFail(Model, { where: { id }, lock: { mode: 'pessimistic_write' } });
      const champion = await manager.findOne(ModelVersion, {
        where: { modelId: id, isChampion: true },
        select: { id: true, version: true, thresholdCurve: true },
      });
      const curve = champion?.thresholdCurve ?? null;
      const errors = checkPolicy(policy, definition.features, Object.keys(curve?.amounts ?? {}));
      if (errors.length > 0) throw Problem.invalid(errors);
      const unmet = champion && unmetBy(policy, curve);
      if (champion && unmet) throw policyNeedsTraining(champion.version, unmet);
      const last = await manager.maximum(PolicyVersion, 'version', { modelId: id });
      const version = (last ?? 0) + 1;
      await manager.insert(PolicyVersion, { modelId: id, version, spec: policy, reason, createdBy });
      await notify(manager, 'champions', modelName);
      return manager.findOneByOrFail(PolicyVersion, { modelId: id, version });
    });
  }
}
