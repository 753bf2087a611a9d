import { ApiProperty } from '@nestjs/swagger';
import type { DecisionOutcome, WarningCode } from '@app/features';

export class ReasonDto {
  /** @example "V14" */
  feature!: string;
  /** As it was sent; null where it was absent. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }], nullable: true })
  value!: unknown;
  /**
   * How far it moved the transaction, in log-odds; above 0 towards fraud.
   * @example 2.31
   */
  contribution!: number;
}

export class WarningDto {
  /**
   * `unknown_category`: not among the values that training saw. `out_of_range`: beyond the least or the greatest value
   * that training saw. `far_from_mean`: more than 3 standard deviations from the mean of training.
   * @example "out_of_range"
   */
  code!: WarningCode;
  /** @example "Amount" */
  feature!: string;
  /** @example "100000 lies outside the values of Amount in training, 0 to 7712.4" */
  message!: string;
}

/** What was decided on one transaction. */
export class DecisionDto {
  /**
   * Finds the decision later: `GET /v1/decisions/{id}`.
   * @example "019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a"
   */
  decision_id!: string;
  /** @example "credit-card" */
  model!: string;
  /**
   * The version that decided.
   * @example 2
   */
  model_version!: number;
  /**
   * The policy that decided; null where it was decided before policies had numbers.
   * @example 1
   */
  policy_version!: number | null;
  /**
   * Of fraud, 0 to 1.
   * @example 0.0312
   */
  probability!: number;
  /**
   * `round(100 × probability)`
   * @example 3
   */
  score!: number;
  /**
   * By the model's policy: `review` and `block` from a probability each.
   * @example "approve"
   */
  decision!: DecisionOutcome;
  /** Whether the score reaches `FRAUD_THRESHOLD`. */
  is_fraud!: boolean;
  /** The strongest first; empty unless asked for by `explain=true`. */
  reasons!: ReasonDto[];
  /**
   * How the transaction differs from what the version was trained on; the decision was made in spite of it. In a batch
   * the first five, in the order of the model's features.
   */
  warnings!: WarningDto[];
  /**
   * As it was sent; null where it was absent.
   * @example "order-4711"
   */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true })
  transaction_id!: string | number | null;
}

export class StoredDecisionDto extends DecisionDto {
  /** The transaction as it was sent. */
  inputs!: Record<string, unknown>;
  decided_at!: Date;
}
