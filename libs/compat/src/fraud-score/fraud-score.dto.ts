/** The answer has exactly these three fields. */
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
}
