import { Injectable } from '@nestjs/common';
import { Config } from '@app/config';
import { type CutOffs, scoreOfCutOff } from '@app/features';
import { toDecisionPolicy } from '../dto/policy.dto.js';
import {
  type CreatePolicyDto,
  type CutOffDto,
  type CutOffsDto,
  type PolicyInForceDto,
  type PolicyVersionDto,
  toPolicyVersion,
} from '../dto/policy-version.dto.js';
import { ModelsService } from '../models.service.js';
import { VersionsService } from '../versions.service.js';
import { applyPolicy, tellUnmet } from './apply-policy.js';
import { expectationOf, pointsOf } from './expectation.js';
import { PoliciesService } from './policies.service.js';

const CURVE_POINTS = 100;

/** Policies as clients see them. */
@Injectable()
export class PolicyCatalogue {
  constructor(
    private readonly models: ModelsService,
    private readonly policies: PoliciesService,
    private readonly versions: VersionsService,
    private readonly config: Config,
  ) {}

  async list(modelName: string): Promise<PolicyVersionDto[]> {
    return (await this.policies.list(modelName)).map(toPolicyVersion);
  }

  async create(modelName: string, { policy, reason }: CreatePolicyDto, by: string): Promise<PolicyVersionDto> {
    return toPolicyVersion(await this.policies.create(modelName, toDecisionPolicy(policy), reason, `key ${by}`));
  }

  /** @throws Problem 404 */
  async inForce(modelName: string): Promise<PolicyInForceDto> {
    const { id } = await this.models.get(modelName);
    const [policy, champion] = await Promise.all([this.policies.inForce(id), this.versions.championCurve(id)]);
    const shown = toPolicyVersion(policy);
    if (!champion) return { ...shown, champion: null, cut_offs: null, expected: null, curve: [], unmet: null };
    const { version, thresholdCurve: curve } = champion;
    const { followed, cutOffs, unmet } = applyPolicy(policy.spec, curve, this.config.fraudThreshold);
    return {
      ...shown,
      champion: version,
      cut_offs: toCutOffs(cutOffs),
      expected: curve && expectationOf(curve, cutOffs, followed),
      curve: curve ? pointsOf(curve, CURVE_POINTS) : [],
      unmet: unmet && tellUnmet(version, unmet),
    };
  }
}

function toCutOffs({ review, block }: CutOffs): CutOffsDto {
  return { review: toCutOff(review), block: toCutOff(block) };
}

function toCutOff(cutOff: number): CutOffDto {
  return { probability: cutOff > 1 ? null : cutOff, score: scoreOfCutOff(cutOff) };
}
