import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Optional } from '@app/common';
import {
  FEATURE_TYPES,
  type FeatureType,
  MAX_FEATURES,
  MAX_NAME_LENGTH,
  METRIC_NAMES,
  type MetricName,
  type ModelDefinition,
} from '@app/features';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { DEFAULT_POLICY } from '../policies/cut-offs.js';
import { type PolicyDto, PolicyField, toDecisionPolicy } from './policy.dto.js';
import { SetPromotionDto } from './promotion-settings.dto.js';

export class FeatureDto {
  /**
   * The field of a transaction and the column of a training file.
   * @example "amount"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NAME_LENGTH)
  name!: string;

  /**
   * `number`: any finite number; `category`: one of a set of texts; `boolean`: true or false (0 and 1 will do).
   * @example "number"
   */
  @IsIn(FEATURE_TYPES)
  type!: FeatureType;

  /** Whether it may be absent or null; the model then sees "missing". */
  @Optional()
  @IsBoolean()
  nullable: boolean = false;

  /**
   * For people.
   * @example "What was paid, in EUR"
   */
  @Optional()
  @IsString()
  @MaxLength(1_000)
  description?: string;
}

/** What a model is, and what it decides by. */
export class ModelDefinitionDto {
  /**
   * Lower-case letters, digits and hyphens; the model's name in every path.
   * @example "claims"
   */
  @IsString()
  name!: string;

  /**
   * For people.
   * @example "Insurance claims"
   */
  @IsString()
  @MaxLength(1_000)
  description!: string;

  /** What goes into the model, in any order. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_FEATURES)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => FeatureDto)
  features!: FeatureDto[];

  /**
   * The column of a training file that says what a row turned out to be: 1 for fraud, 0 for not.
   * @example "is_fraud"
   */
  @IsString()
  label!: string;

  /**
   * Orders a training file (a number or an ISO 8601 time): the latest fifth is the holdout. Without one the holdout is
   * drawn at random, with the same share of frauds.
   * @example "at"
   */
  @IsOptional()
  @IsString()
  time_column!: string | null;

  /**
   * Fields that may come with a transaction and are recorded with its decision, but are never an input.
   * @example ["customer_id"]
   */
  @IsArray()
  @IsString({ each: true })
  carried!: string[];

  /**
   * The holdout figure by which a new version must beat the champion. Of `log_loss`, `brier` and `calibration_error` less
   * is better, of the others more.
   * @example "average_precision"
   */
  @IsIn(METRIC_NAMES)
  metric!: MetricName;

  @PolicyField('How a probability becomes a decision. Without a `kind` it is fixed.')
  policy!: PolicyDto;
}

/** Features, label and a name suffice. */
export class CreateModelDto extends IntersectionType(
  PickType(ModelDefinitionDto, ['name', 'features', 'label']),
  PartialType(PickType(ModelDefinitionDto, ['description', 'time_column', 'carried', 'metric', 'policy'])),
) {
  /** What it takes for a new version to become champion by itself. */
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => SetPromotionDto)
  promotion?: SetPromotionDto;
}

export function toDefinition(dto: CreateModelDto): ModelDefinition {
  return {
    name: dto.name,
    description: dto.description ?? '',
    features: dto.features.map(({ name, type, nullable, description }) => ({
      name,
      type,
      nullable,
      ...(description !== undefined && { description }),
    })),
    label: dto.label,
    timeColumn: dto.time_column ?? null,
    carried: dto.carried ?? [],
    metric: dto.metric ?? 'average_precision',
    policy: dto.policy ? toDecisionPolicy(dto.policy) : DEFAULT_POLICY,
  };
}
