import type { Model } from '../model.entity.js';
import type { ModelVersion } from '../model-version.entity.js';
import type { PolicyVersion } from '../policies/decision-policy.entity.js';
import { promotionSettingsOf } from '../promotion-settings.js';
import { ModelDefinitionDto } from './model-definition.dto.js';
import { toPolicyDto } from './policy-version.dto.js';
import type { PromotionSettingsDto } from './promotion-settings.dto.js';
import { toVersionSummary, type VersionSummaryDto } from './version.dto.js';

export class ModelDto extends ModelDefinitionDto {
  /**
   * The number of the policy in force: `GET /v1/models/{model}/policy` tells all of it.
   * @example 1
   */
  policy_version!: number;
  /** What it takes for a new version to become champion by itself. */
  promotion!: PromotionSettingsDto;
  /** Whether it came with the product. */
  built_in!: boolean;
  /** The version that decides; null until a training has given one. */
  champion!: VersionSummaryDto | null;
  created_at!: Date;
}

export class ModelDetailsDto extends ModelDto {
  /** All versions, newest first. */
  versions!: VersionSummaryDto[];
}

export function toModel(model: Model, policy: PolicyVersion, champion: ModelVersion | undefined): ModelDto {
  const { definition, builtIn, createdAt } = model;
  return {
    name: definition.name,
    description: definition.description,
    features: definition.features.map((feature) => ({ ...feature })),
    label: definition.label,
    time_column: definition.timeColumn,
    carried: [...definition.carried],
    metric: definition.metric,
    policy: toPolicyDto(policy.spec),
    policy_version: policy.version,
    promotion: promotionSettingsOf(model),
    built_in: builtIn,
    champion: champion ? toVersionSummary(champion) : null,
    created_at: createdAt,
  };
}

export function toModelDetails(
  model: Model,
  policy: PolicyVersion,
  versions: readonly ModelVersion[],
): ModelDetailsDto {
  const champion = versions.find(({ isChampion }) => isChampion);
  return { ...toModel(model, policy, champion), versions: versions.map(toVersionSummary) };
}
