import type { DecisionRecord } from '@app/scoring';

/** The answer has exactly the first three fields, unless the fourth is asked for. */
export class FraudScoreDto {
  /**
   * `round(100 × probability of fraud)`, 0 to 100.
   * @example 3
   */
  'fraud-score'!: number;

  /**
   * Whether the score reaches `FRAUD_THRESHOLD`.
   * @example false
   */
  'is-fraud'!: boolean;

  /**
   * The version that decided.
   * @example "2"
   */
  'model-version'!: string;

  /**
   * Whether a value lies outside the training range, or more than 3 standard deviations from its mean. Only with
   * `?ood=true`; `POST /v1/models/{model}/score` says which.
   * @example false
   */
  ood_warning?: boolean;
}

export function toFraudScore({ score, isFraud }: DecisionRecord, version: number): FraudScoreDto {
  return { 'fraud-score': score, 'is-fraud': isFraud, 'model-version': String(version) };
}
