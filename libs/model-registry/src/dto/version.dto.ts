import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { ModelVersion } from '../model-version.entity.js';
import { FEATURE_STATISTICS, type FeatureStatisticsDto } from './feature-statistics.dto.js';
import { MetricsDto, toMetrics } from './metrics.dto.js';

export class VersionSummaryDto {
  /**
   * 1, 2, 3… per model.
   * @example 2
   */
  version!: number;
  /** Whether it decides. */
  champion!: boolean;
  /** @example "boosted_trees" */
  algorithm!: string;
  /** Whether it was trained on simulated data. */
  simulated!: boolean;
  /** On the holdout: rows that its training never saw. */
  metrics!: MetricsDto;
  /** When it was stored. */
  created_at!: Date;
}

export class LineageDatasetDto {
  id!: string;
  /** SHA-256 of the file, in hex. */
  sha256!: string;
  /** The upload's file name, or the link. */
  source!: string;
  /** Made by the simulator, or declared so when it was uploaded. */
  simulated!: boolean;
  rows!: number;
  frauds!: number;
}

export class LineageFeatureDto {
  name!: string;
  type!: string;
  nullable!: boolean;
}

export class LineageSplitDto {
  /** `by_time`, `grouped` or `stratified`. */
  method!: string;
  train_rows!: number;
  /** Rows that ended early stopping, fitted the calibration and set the cut-offs; null for an older version. */
  calibration_rows!: number | null;
  holdout_rows!: number;
  /** Rows left out between the parts; null for an older version. */
  dropped_rows!: number | null;
}

export class LineageCalibrationDto {
  /** `platt`, `isotonic` or `none`. */
  method!: string;
  /** Mean log loss of each candidate, on rows of the calibration part that it was not fitted on. */
  log_loss!: Record<string, number>;
}

export class LineageDto {
  dataset!: LineageDatasetDto;
  /** The model's features as they were. */
  features!: LineageFeatureDto[];
  split!: LineageSplitDto;
  /** As used, defaults filled in. */
  params!: Record<string, number>;
  /** How the training was asked for besides; null for an older version. */
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true })
  options!: Record<string, unknown> | null;
  /** Boosting rounds, trees of a forest or passes of a regression that the artefact holds; null for an older version. */
  rounds!: number | null;
  /** Null for an older version, which was not calibrated. */
  calibration!: LineageCalibrationDto | null;
  seed!: number;
  /** Threads of the training; the same number gives the same bytes. */
  threads!: number;
  /** Versions of what trained, exported and served it. */
  libraries!: Record<string, string>;
  /** Seconds per stage. */
  seconds!: Record<string, number>;
  /** Largest difference between the served and the trained model's probabilities on the holdout. */
  export_difference!: number;
}

@ApiExtraModels(...FEATURE_STATISTICS)
export class VersionDto extends VersionSummaryDto {
  /** Share of each feature in what the model gained from splitting on it; sums to 1. */
  importances!: Record<string, number>;
  /**
   * What each feature looked like in the rows it was trained on: what `warnings` compare a transaction with. Null for a
   * version that was stored without.
   */
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { oneOf: FEATURE_STATISTICS.map((kind) => ({ $ref: getSchemaPath(kind) })) },
  })
  feature_statistics!: FeatureStatisticsDto | null;
  /** Everything it takes to train it again, byte for byte. */
  lineage!: LineageDto;
  /** Of the ONNX file, in hex. */
  artifact_sha256!: string;
  /**
   * The job that trained it.
   * @example 5
   */
  training_id!: number;
}

export function toVersionSummary(version: ModelVersion): VersionSummaryDto {
  return {
    version: version.version,
    champion: version.isChampion,
    algorithm: version.algorithm,
    simulated: version.lineage.dataset.simulated,
    metrics: toMetrics(version.metrics),
    created_at: version.createdAt,
  };
}

export function toVersion(version: ModelVersion): VersionDto {
  return {
    ...toVersionSummary(version),
    importances: version.importances,
    feature_statistics: version.featureStatistics && { ...version.featureStatistics },
    lineage: {
      ...version.lineage,
      dataset: { ...version.lineage.dataset },
      features: version.lineage.features.map(({ name, type, nullable }) => ({ name, type, nullable })),
      split: {
        ...version.lineage.split,
        calibration_rows: version.lineage.split.calibration_rows ?? null,
        dropped_rows: version.lineage.split.dropped_rows ?? null,
      },
      options: version.lineage.options ?? null,
      rounds: version.lineage.rounds ?? null,
      calibration: version.lineage.calibration ?? null,
    },
    artifact_sha256: version.artifactSha256,
    training_id: version.trainingJobId,
  };
}
