import type { Model } from '../model.entity.js';
import type { ModelVersion } from '../model-version.entity.js';
import { ModelDefinitionDto } from './model-definition.dto.js';
import { toVersionSummary, type VersionSummaryDto } from './version.dto.js';

export class ModelDto extends ModelDefinitionDto {
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

export function toModel({ definition, builtIn, createdAt }: Model, champion: ModelVersion | undefined): ModelDto {
  return {
    name: definition.name,
    description: definition.description,
    features: definition.features.map((feature) => ({ ...feature })),
    label: definition.label,
    time_column: definition.timeColumn,
    carried: [...definition.carried],
    metric: definition.metric,
    policy: { ...definition.policy },
    built_in: builtIn,
    champion: champion ? toVersionSummary(champion) : null,
    created_at: createdAt,
  };
}

export function toModelDetails(model: Model, versions: readonly ModelVersion[]): ModelDetailsDto {
  const champion = versions.find(({ isChampion }) => isChampion);
  return { ...toModel(model, champion), versions: versions.map(toVersionSummary) };
}
