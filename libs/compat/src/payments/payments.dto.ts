import type { Transaction } from '@app/features';
import type { MetricsDto } from '@app/model-registry';
import type { DecisionRecord } from '@app/scoring';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { asFloat } from '../json-floats.js';

export class PongDto {
  /** @example "success" */
  status!: 'success';
  /** @example "pong!" */
  message!: 'pong!';
}

export class PaymentsTrainingRequestDto {
  /**
   * A public link to a CSV file with the columns `day_of_month`, `type`, `amount_log`, `amount_dest` and `is_fraud`.
   * @example "https://data.example.org/payments.csv"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(4_096)
  dataset!: string;
}

export class PaymentsTrainingIdDto {
  /** @example 5 */
  id!: number;
}

export type PaymentsTrainingStatus = 'pending' | 'processing' | 'processed' | 'error';

export class PaymentsTrainingStatusDto {
  /** @example "processed" */
  status!: PaymentsTrainingStatus;
}

export class PredictionsDto {
  /**
   * One number: 1 for fraud (a score from `FRAUD_THRESHOLD` on), 0 for not.
   * @example [0]
   */
  predictions!: number[];
}

/** In this contract the day is an integer; the model would take any number. What is no number, the model refuses. */
export function isWholeDay({ day_of_month: day }: Transaction): boolean {
  return typeof day !== 'number' || Number.isInteger(day);
}

export function toPredictions({ isFraud }: DecisionRecord): PredictionsDto {
  return { predictions: [isFraud ? 1 : 0] };
}

/** How the champion did on its holdout. */
export class HealthyDto {
  /** @example "payments" */
  modelname!: string;
  /** @example 0.998 */
  accuracy!: number;
  /** @example 0.93 */
  precision!: number;
  /** @example 0.78 */
  recall!: number;
  /**
   * A new version takes over when its f1 is higher on the same rows.
   * @example 0.848
   */
  f1!: number;
  /**
   * Area under the ROC curve.
   * @example 0.978
   */
  auc!: number;
  /** Whether it decides: always, since a version that does not is not shown here. */
  enabled!: boolean;
}

/** {@link HealthyDto} as JSON, with figures that every client reads as floats, also a perfect 1.0. */
export function healthyJson(modelname: string, metrics: MetricsDto): string {
  const { accuracy, precision, recall, f1, roc_auc: auc } = metrics;
  const figures = Object.entries({ accuracy, precision, recall, f1, auc });
  const written = figures.map(([name, value]) => `"${name}": ${asFloat(value)}`).join(', ');
  return `{"modelname": ${JSON.stringify(modelname)}, ${written}, "enabled": true}`;
}

/** The old service knew four states: a training that was called off has not given a version either. */
export function toOldStatus(status: PaymentsTrainingStatus | 'cancelled'): PaymentsTrainingStatus {
  return status === 'cancelled' ? 'error' : status;
}
