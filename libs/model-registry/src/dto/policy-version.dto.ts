import type { DecisionPolicy } from '@app/features';
import { Matches } from 'class-validator';
import type { PolicyVersion } from '../policies/decision-policy.entity.js';
import type { CurvePoint, Expectation } from '../policies/expectation.js';
import { REASON, REASON_RULE } from './change-champion.dto.js';
import { type PolicyDto, PolicyField } from './policy.dto.js';

export class CreatePolicyDto {
  @PolicyField('How a probability becomes a decision from now on.')
  policy!: PolicyDto;

  /**
   * Why; it stays with the policy. 1 to 1,000 characters.
   * @example "Reviews cost less since the second team began"
   */
  @Matches(REASON, { message: REASON_RULE })
  reason!: string;
}

export class PolicyVersionDto {
  /**
   * 1, 2, 3… per model; the greatest is in force. Decisions carry it as `policy_version`.
   * @example 2
   */
  version!: number;
  @PolicyField('How a probability becomes a decision.')
  policy!: PolicyDto;
  /** @example "Reviews cost less since the second team began" */
  reason!: string;
  /** @example "key administrator" */
  created_by!: string;
  created_at!: Date;
}

export class CutOffDto {
  /**
   * The probability (0–1) from which it applies; null: no transaction ever reaches it.
   * @example 0.31
   */
  probability!: number | null;
  /**
   * The lowest score that reaches it; null: none does.
   * @example 31
   */
  score!: number | null;
}

export class CutOffsDto {
  review!: CutOffDto;
  /** Never below `review`; where they are equal, nothing is reviewed. */
  block!: CutOffDto;
}

/** What these cut-offs do on the rows that the champion was calibrated on, by weight. */
export class ExpectationDto implements Expectation {
  /**
   * Share of frauds among what is reviewed or blocked; null where nothing is.
   * @example 0.87
   */
  precision!: number | null;
  /**
   * Share of the frauds that are reviewed or blocked.
   * @example 0.81
   */
  recall!: number | null;
  /**
   * Share of all that is reviewed or blocked.
   * @example 0.019
   */
  alert_rate!: number;
  /** @example 0.008 */
  review_rate!: number;
  /** @example 0.011 */
  block_rate!: number;
  /**
   * Mean over all transactions, in the unit of the policy's costs; null where the policy names none.
   * @example 0.42
   */
  cost_per_transaction!: number | null;
}

export class CurvePointDto implements CurvePoint {
  /**
   * Flagged are all from this probability on.
   * @example 0.5
   */
  threshold!: number;
  /** @example 0.9 */
  precision!: number;
  /** @example 0.8 */
  recall!: number | null;
  /** @example 0.018 */
  alert_rate!: number;
}

export class PolicyInForceDto extends PolicyVersionDto {
  /**
   * The version it is applied to; null while the model has none.
   * @example 2
   */
  champion!: number | null;
  /** With this champion; null while the model has none. */
  cut_offs!: CutOffsDto | null;
  /** Null without a champion, or where the champion keeps no curve. */
  expected!: ExpectationDto | null;
  /** The champion's precision and recall by cut-off, in up to 100 points; empty where it keeps no curve. */
  curve!: CurvePointDto[];
  /**
   * Why the service's default cut-offs are applied in place of the policy's; null: they are not.
   * @example null
   */
  unmet!: string | null;
}

export function toPolicyVersion({ version, spec, reason, createdBy, createdAt }: PolicyVersion): PolicyVersionDto {
  return { version, policy: toPolicyDto(spec), reason, created_by: createdBy, created_at: createdAt };
}

export function toPolicyDto(policy: DecisionPolicy): PolicyDto {
  if (policy.kind !== 'target') return { ...policy };
  return { kind: policy.kind, review: { ...policy.review }, block: policy.block && { ...policy.block } };
}
