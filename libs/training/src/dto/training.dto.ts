import { ApiProperty } from '@nestjs/swagger';
import { type MetricsDto, type ModelVersion, type Promotion, toMetrics } from '@app/model-registry';
import type { Algorithm } from '@app/xgboost';
import { shownLink } from '../data/link.js';
import { TRAINING_ERROR_CODES, type TrainingErrorCode } from '../runner/training-error-codes.js';
import type { TrainingJob, TrainingStage, TrainingStatus } from '../jobs/training-job.entity.js';

export class TrainingAcceptedDto {
  /** @example 5 */
  id!: number;
  /** @example "pending" */
  status!: TrainingStatus;
}

export class TrainingErrorDto {
  @ApiProperty({
    description: `A stable word to branch on: \`${TRAINING_ERROR_CODES.join('`, `')}\`.`,
    example: 'not_a_number' satisfies TrainingErrorCode,
  })
  code!: string;
  /**
   * What is wrong, and the fix.
   * @example "Line 17, column \"Amount\": \"12,50\" is not a number. Write it with a point: 12.50."
   */
  message!: string;
}

export class TrainingDto {
  /** @example 5 */
  id!: number;
  /** @example "credit-card" */
  model!: string;
  /** `pending → processing → processed`, or `error`. */
  status!: TrainingStatus;
  /** What the worker is at. */
  stage!: TrainingStage;
  /**
   * 0 to 1.
   * @example 0.62
   */
  progress!: number;
  algorithm!: Algorithm;
  /** As asked for. */
  params!: Record<string, number>;
  seed!: number;
  /** The upload's id, the link without its query, or `file:` and the path. */
  dataset!: string;
  /** The version it gave; null until then. */
  version!: number | null;
  /** Of that version, on the holdout. */
  metrics!: MetricsDto | null;
  /** Whether that version became champion. */
  promoted!: boolean | null;
  /** Why, or why not. */
  reason!: string | null;
  error!: TrainingErrorDto | null;
  created_at!: Date;
  started_at!: Date | null;
  finished_at!: Date | null;
}

export function toTraining(job: TrainingJob, version: ModelVersion | null, promotion: Promotion | null): TrainingDto {
  return {
    id: job.id,
    model: job.model?.name ?? '',
    status: job.status,
    stage: job.stage,
    progress: job.progress,
    algorithm: job.algorithm,
    params: { ...job.params },
    seed: job.seed,
    dataset: job.datasetUrl === null ? (job.datasetId ?? '') : shownLink(job.datasetUrl),
    version: version?.version ?? null,
    metrics: version && toMetrics(version.metrics),
    promoted: promotion?.promoted ?? null,
    reason: promotion?.reason ?? null,
    error: job.error === null ? null : { code: job.errorCode ?? 'error', message: job.error },
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: job.finishedAt,
  };
}
