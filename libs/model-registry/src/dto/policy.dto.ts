import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { Optional } from '@app/common';
import { type DecisionPolicy, MAX_NAME_LENGTH, type Target } from '@app/features';
import { Type, type TypeHelpOptions } from 'class-transformer';
import { Equals, IsIn, IsInt, IsNumber, IsObject, Max, Min, ValidateBy, ValidateNested } from 'class-validator';

const MAX_COST = 1e12;
const KIND_RULE = 'must be fixed, target or costs';

export class FixedPolicyDto {
  @Optional()
  @IsIn(['fixed'], { message: KIND_RULE })
  @ApiProperty({ enum: ['fixed'] })
  kind = 'fixed' as const;

  /**
   * The score (0–100) from which a transaction goes to review. Null: the service's `FRAUD_THRESHOLD`.
   * @example 50
   */
  @Optional({ nullable: true })
  @IsInt()
  @Min(0)
  @Max(100)
  review: number | null = null;

  /**
   * The score (0–100) from which a transaction is blocked. Null: 90.
   * @example 90
   */
  @Optional({ nullable: true })
  @IsInt()
  @Min(0)
  @Max(100)
  block: number | null = null;
}

/** Exactly one of the three. */
export class TargetDto {
  /**
   * Share of frauds among what is flagged, 0–1: as many are flagged as reach it.
   * @example 0.9
   */
  @Optional()
  @IsNumber()
  @Min(0)
  @Max(1)
  precision?: number;

  /** Share of the frauds that are flagged, 0–1: as few are flagged as reach it. */
  @Optional()
  @IsNumber()
  @Min(0)
  @Max(1)
  recall?: number;

  /** Share of all transactions that are flagged, 0–1: as many as stay within it. */
  @Optional()
  @IsNumber()
  @Min(0)
  @Max(1)
  alert_rate?: number;
}

function OneTarget(): PropertyDecorator {
  const validate = (value: unknown): boolean => value instanceof TargetDto && targetsOf(value).length === 1;
  const defaultMessage = (): string => 'must have exactly one of precision, recall and alert_rate';
  return ValidateBy({ name: 'oneTarget', validator: { validate, defaultMessage } });
}

export class TargetPolicyDto {
  @Equals('target')
  @ApiProperty({ enum: ['target'] })
  kind!: 'target';

  /** What is flagged, for review at least, reaches this. */
  @IsObject()
  @OneTarget()
  @ValidateNested()
  @Type(() => TargetDto)
  review!: TargetDto;

  /** What is blocked reaches this. Null: nothing is blocked. */
  @Optional({ nullable: true })
  @IsObject()
  @OneTarget()
  @ValidateNested()
  @Type(() => TargetDto)
  block: TargetDto | null = null;
}

export class CostsPolicyDto {
  @Equals('costs')
  @ApiProperty({ enum: ['costs'] })
  kind!: 'costs';

  /** What a fraud costs that is let through: a number, or the name of a column that says it, such as the amount. */
  @ValidateBy({
    name: 'isCost',
    validator: {
      validate: isCost,
      defaultMessage: () => `must be a number from 0 to ${MAX_COST} or the name of a column`,
    },
  })
  @ApiProperty({
    oneOf: [
      { type: 'number', minimum: 0, maximum: MAX_COST },
      { type: 'string', minLength: 1, maxLength: MAX_NAME_LENGTH },
    ],
    example: 250,
  })
  missed_fraud!: number | string;

  /**
   * What it costs to block a legitimate transaction.
   * @example 20
   */
  @IsNumber()
  @Min(0)
  @Max(MAX_COST)
  false_alarm!: number;

  /**
   * What it costs that a person looks at a transaction.
   * @example 4
   */
  @IsNumber()
  @Min(0)
  @Max(MAX_COST)
  review!: number;
}

export type PolicyDto = FixedPolicyDto | TargetPolicyDto | CostsPolicyDto;

const POLICIES = [FixedPolicyDto, TargetPolicyDto, CostsPolicyDto];

/** A field that holds a policy: told by its `kind`; one without a kind is fixed. */
export function PolicyField(description: string): PropertyDecorator {
  return (target, property) => {
    for (const decorate of [
      ApiProperty({ description, anyOf: POLICIES.map((kind) => ({ $ref: getSchemaPath(kind) })) }),
      IsObject(),
      ValidateNested(),
      Type(policyClass),
    ]) {
      decorate(target, property);
    }
    ApiExtraModels(...POLICIES)(target.constructor);
  };
}

/** What a policy of the right shape says. */
export function toDecisionPolicy(dto: PolicyDto): DecisionPolicy {
  if (dto instanceof TargetPolicyDto) {
    return { kind: 'target', review: toTarget(dto.review), block: dto.block && toTarget(dto.block) };
  }
  if (dto instanceof CostsPolicyDto) {
    const { missed_fraud, false_alarm, review } = dto;
    return { kind: 'costs', missed_fraud, false_alarm, review };
  }
  return { kind: 'fixed', review: dto.review, block: dto.block };
}

function policyClass(of?: TypeHelpOptions): (typeof POLICIES)[number] {
  const given: unknown = of && Reflect.get(of.object, of.property);
  const kind: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, 'kind') : undefined;
  if (kind === 'target') return TargetPolicyDto;
  return kind === 'costs' ? CostsPolicyDto : FixedPolicyDto;
}

function toTarget(dto: TargetDto): Target {
  const [target] = targetsOf(dto);
  if (!target) throw new Error('a target was let through that names none');
  return target;
}

function targetsOf({ precision, recall, alert_rate }: TargetDto): Target[] {
  return [
    ...(precision === undefined ? [] : [{ precision }]),
    ...(recall === undefined ? [] : [{ recall }]),
    ...(alert_rate === undefined ? [] : [{ alert_rate }]),
  ];
}

function isCost(value: unknown): boolean {
  if (typeof value === 'number') return value >= 0 && value <= MAX_COST;
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_NAME_LENGTH;
}
