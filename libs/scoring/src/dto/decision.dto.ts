import type { DecisionOutcome } from '@app/features';

export class ReasonDto {
  /** @example "V14" */
  feature!: string;
  /** As it was sent; null where it was absent. */
  value!: unknown;
  /**
   * How far it moved the transaction, in log-odds; above 0 towards fraud.
   * @example 2.31
   */
  contribution!: number;
}

export class WarningDto {
  /** @example "unknown_category" */
  code!: string;
  /** @example "type" */
  feature!: string;
  /** @example "\"LOAN\" is not among the values of type that this version knows" */
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
   * By the model's policy: `review` and `block` from a score each.
   * @example "approve"
   */
  decision!: DecisionOutcome;
  /** Whether the score reaches `FRAUD_THRESHOLD`. */
  is_fraud!: boolean;
  /** The strongest first; empty unless asked for by `explain=true`. */
  reasons!: ReasonDto[];
  /** What the decision was made in spite of. */
  warnings!: WarningDto[];
  /**
   * As it was sent; null where it was absent.
   * @example "order-4711"
   */
  transaction_id!: string | number | null;
}

export class StoredDecisionDto extends DecisionDto {
  /** The transaction as it was sent. */
  inputs!: Record<string, unknown>;
  decided_at!: Date;
}
