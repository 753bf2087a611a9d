import { ApiProperty } from '@nestjs/swagger';
import { type MetricsDto, type ModelVersion, type Promotion, toMetrics } from '@app/model-registry';
import type { Algorithm } from '@app/xgboost';
import { shownLink } from '../data/link.js';
import { TRAINING_ERROR_CODES, type TrainingErrorCode } from '../runner/training-error-codes.js';
import type { TrainingJob, TrainingStage, TrainingStatus } from '../jobs/training-job.entity.js';
import { type CalibrationMethod, optionsOf } from '../jobs/training-options.js';
import type { TrainingTrial } from '../jobs/training-trial.entity.js';
import { SamplingDto, SearchDto, SplitDto } from './train-options.dto.js';
import { toTrial, TrialDto } from './trial.dto.js';

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

/** How it was asked for, besides data set, algorithm, parameters and seed; what was left out has its default. */
export class TrainingOptionsDto {
  weight_column!: string | null;
  entity_column!: string | null;
  cost_column!: string | null;
  split!: SplitDto;
  monotone!: Record<string, number>;
  sampling!: SamplingDto;
  calibration!: CalibrationMethod;
  search!: SearchDto | null;
  refit!: boolean;
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
  options!: TrainingOptionsDto;
  /** What the search has tried so far; empty without one. */
  trials!: TrialDto[];
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

export function toTraining(
  job: TrainingJob,
  trials: readonly TrainingTrial[],
  version: ModelVersion | null,
  promotion: Promotion | null,
): TrainingDto {
  return {
    id: job.id,
    model: job.model?.name ?? '',
    status: job.status,
    stage: job.stage,
    progress: job.progress,
    algorithm: job.algorithm,
    params: { ...job.params },
    seed: job.seed,
    options: optionsOf(job.options),
    trials: trials.map(toTrial),
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
